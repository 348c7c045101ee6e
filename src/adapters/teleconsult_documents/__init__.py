"""Receipts as PDF by Typst, as plain text, as lines for an accountant.

May import the core, typst, Babel.
"""

from teleconsult_documents.as_csv import accountants_lines, as_csv
from teleconsult_documents.as_text import as_text
from teleconsult_documents.printer import TypstPrinter

__all__ = ["TypstPrinter", "accountants_lines", "as_csv", "as_text"]
