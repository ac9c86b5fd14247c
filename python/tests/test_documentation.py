"""Every public name is documented, and the examples do what they say."""

import doctest
import inspect
import re
from pathlib import Path

import pytest

import helpdex
import helpdex.eval
from helpdex import _answers, _errors, _helpdex, _options

REPOSITORY = Path(__file__).parents[2]
PAGES = [REPOSITORY / "README.md", REPOSITORY / "docs" / "vectors.md"]


def test_every_public_name_is_documented() -> None:
    public = {name: getattr(module, name) for module in (helpdex, helpdex.eval) for name in module.__all__}
    for name, value in public.items():
        if not callable(value) or name in ("Place", "Reason", "VectorUse"):
            continue
        assert value.__doc__, name
        for member, of_class in vars(value).items() if inspect.isclass(value) else []:
            if not member.startswith("_") and (inspect.isroutine(of_class) or inspect.isgetsetdescriptor(of_class)):
                assert inspect.getdoc(of_class), f"{name}.{member}"


@pytest.mark.parametrize("module", [_answers, _errors, _options, helpdex.eval])
def test_the_examples_of_a_module_are_true(module: object) -> None:
    found = doctest.DocTestFinder().find(module, _errors.__name__)
    run = [doctest.DocTestRunner().run(test) for test in found]
    assert sum(result.attempted for result in run) > 0
    assert sum(result.failed for result in run) == 0


EXAMPLES = ["Article", "Audience", "KnowledgeBase", "FeedbackEvent", "Ticket", "evaluate", "read_articles"]
EXAMPLES += ["escape_html", "Vector", "Embedder", "read_vectors"]
EXAMPLES += [name for name in helpdex.eval.__all__ if name.islower()]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_of_a_compiled_name_is_true(name: str) -> None:
    text = inspect.getdoc(getattr(_helpdex, name))
    assert text is not None
    names = {public: getattr(module, public) for module in (helpdex, helpdex.eval) for public in module.__all__}
    test = doctest.DocTestParser().get_doctest(text, names, name, None, None)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.skipif(not PAGES[0].exists(), reason="the package is tested without its repository")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_run(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    examples = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert examples
    for example in examples:
        exec(compile(example, str(page), "exec"), {})
