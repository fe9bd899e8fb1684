"""Choose, dose and follow an antidepressant for neuropathic pain, each number traceable."""
