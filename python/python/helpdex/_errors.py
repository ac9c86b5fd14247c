"""The exceptions of the package."""

from __future__ import annotations


class Error(Exception):
    """The base class of all errors of this package.

    The message is one sentence that names the value and the remedy. It never holds a ticket's text.

    Attributes:
        article_id: The article that it is about, or None.
        path: The file or folder that it is about, or None.
        line: The line of `path`, from 1, or None.

    Example:
        >>> import helpdex
        >>> try:
        ...     helpdex.Article(id="", locale="en", title="Reset your password")
        ... except helpdex.Error as error:
        ...     print(error)
        article "": article id "" is empty; an id needs at least 1 character
    """

    article_id: str | None = None
    path: str | None = None
    line: int | None = None


class InvalidInputError(Error, ValueError):
    """A value, or what a file holds, was refused; the caller must change it."""


class ClosedError(Error, ValueError):
    """The knowledge base was closed; open it again."""


class IndexLockedError(Error):
    """Another process or handle is changing this knowledge base; try again when it has published."""


class NotFoundError(Error):
    """There is no knowledge base in the folder. Create one there, or correct the path."""


class IncompleteError(Error):
    """Articles were lost. Give all of them again with `sync`, and publish."""


class DamagedError(Error):
    """A file is damaged, missing, or older than what was published. Restore a copy, or repair the knowledge base."""


class OtherVersionError(Error):
    """Another version of Helpdex wrote the file. Use that version, or publish again with this one."""


class OtherOwnerError(Error):
    """A file belongs to another tenant or another knowledge base. Name the right tenant, or put back the right file."""


class StorageError(Error, OSError):
    """The file system refused an operation. `errno` is set where the system gave a number."""


class InternalError(Error, RuntimeError):
    """This is a bug in Helpdex; please report it. The message holds no input."""
