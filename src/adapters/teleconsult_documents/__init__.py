"""Receipts as documents: PDF by Typst, and plain text. May import the core, typst, Babel."""

from teleconsult_documents.as_text import as_text
from teleconsult_documents.printer import TypstPrinter

__all__ = ["TypstPrinter", "as_text"]
