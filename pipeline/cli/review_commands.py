"""`sohoa review …`: the corrections that people made, in and out, and what there is to correct."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import ExitCode

review = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Corrections by people: list, take in and out, undo."
)

Corpus = Annotated[str, typer.Option("--corpus", help="The folder that `sohoa ingest` filled, or its URL.")]
By = Annotated[str | None, typer.Option("--by", help="Who is typing; default: the user of this machine.")]


class Form(StrEnum):
    """How corrections are written down."""

    CSV = "csv"
    JSONL = "jsonl"


def set_value(
    path: Annotated[str, typer.Argument(help="A source file by its path in the archive, or its document in OUT.")],
    field: Annotated[str, typer.Argument(help="header.number, header.date, signer.name, sections[1.2].heading …")],
    value: Annotated[str | None, typer.Argument(help="What is right.")] = None,
    corpus: Annotated[str | None, typer.Option("--corpus", help="The folder that was filled, or its URL.")] = None,
    empty: Annotated[bool, typer.Option("--empty", help="The document has no such thing.")] = False,
    confirm: Annotated[bool, typer.Option("--confirm", help="What is there is right.")] = False,
    by: Annotated[str | None, typer.Option("--by", help="Who is typing; default: this machine's user.")] = None,
) -> ExitCode:
    """Correct a field of a document by hand. That stands for good, also when the file is done again.

    \b
    Example:
      sohoa set "2017/2119 kh syt.pdf" header.number 2119/KH-SYT --corpus ./out
      sohoa set ./out/documents/2017/scan.pdf.json header.date 14/11/2017
      sohoa set scan.pdf signer.name --confirm --corpus ./out
    """
    from pipeline.cli.review import set_field

    return set_field(path, field, value, corpus, "empty" if empty else "confirm" if confirm else "set", by)


@review.command("list", short_help="Show the corrections that were made.")
def list_corrections(
    corpus: Corpus,
    path: Annotated[str | None, typer.Argument(help="Only of this source file.")] = None,
) -> ExitCode:
    """Show the corrections that were made, a line each: id, time, person, file, field, old value, new value.

    \b
    Example:
      sohoa review list --corpus ./out
    """
    from pipeline.cli.review import print_corrections

    return print_corrections(corpus, path)


@review.command(short_help="List the fields that a person should look at, to be filled in.")
def doubts(
    corpus: Corpus,
    form: Annotated[Form, typer.Option("--format", help="csv opens in a spreadsheet.")] = Form.CSV,
) -> ExitCode:
    """List numbers and dates that are not sure, with what they may be: a table whose column `new` is to be filled in.

    `sohoa review import` takes the filled table.

    \b
    Example:
      sohoa review doubts --corpus ./out > doubts.csv
    """
    from pipeline.cli.review import print_doubts

    return print_doubts(corpus, form)


@review.command("export", short_help="Write all corrections, for another machine or for training.")
def export_corrections(
    corpus: Corpus,
    form: Annotated[Form, typer.Option("--format", help="jsonl keeps all; csv opens in a spreadsheet.")] = Form.JSONL,
) -> ExitCode:
    """Write all corrections, undone ones too, as JSON Lines or CSV.

    \b
    Example:
      sohoa review export --corpus ./out > reviews.jsonl
    """
    from pipeline.cli.review import export_all

    return export_all(corpus, form)


@review.command("import", short_help="Take corrections in: JSON Lines, or a filled table.")
def import_corrections(
    file: Annotated[Path, typer.Argument(help="What `review export` wrote, or `review doubts` with `new` filled in.")],
    corpus: Corpus,
    by: By = None,
) -> ExitCode:
    """Take in the corrections of another machine (JSON Lines), or a table with the columns path, field and new (CSV).

    All of them are taken in, or none. What is known already stays as it is.

    \b
    Example:
      sohoa review import doubts.csv --corpus ./out --by "Lan"
    """
    from pipeline.cli.review import import_file

    return import_file(file, corpus, by)


@review.command(short_help="Take one correction back.")
def undo(
    identity: Annotated[str, typer.Argument(metavar="ID", help="As `review list` shows it.")],
    corpus: Corpus,
    by: By = None,
) -> ExitCode:
    """Take one correction back; the machine's value, or the correction before it, stands again.

    \b
    Example:
      sohoa review undo 5f0c2a9be1d34e77 --corpus ./out
    """
    from pipeline.cli.review import undo_one

    return undo_one(identity, corpus, by)
