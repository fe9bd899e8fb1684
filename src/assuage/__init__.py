"""assuage: choose, dose and follow an antidepressant for neuropathic pain, each number traceable to its trial."""
