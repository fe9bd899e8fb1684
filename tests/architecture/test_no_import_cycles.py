"""No module imports itself by way of others, not even for types: each can be read before those
that build on it."""

from graphlib import CycleError, TopologicalSorter

import grimp


def test_imports_make_no_circle():
    graph = grimp.build_graph("assuage")
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    circle: list[str] = []
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        circle = error.args[1]
    assert circle == []
