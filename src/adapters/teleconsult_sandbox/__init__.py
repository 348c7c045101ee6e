"""What a desk needs without any account or network: cards, a phone, a mailbox, rooms, a clock.

Everything is kept in small SQLite files, so that several processes (a worker, a command line, a
web server) share one sandbox. Nothing here reaches the outside, and nothing is random: the same
calls at the same instants give the same answers.

May import teleconsult_core, attrs and the standard library.
"""

from teleconsult_sandbox.books import Book
from teleconsult_sandbox.cards import CARDS, Behaviour, TestCard
from teleconsult_sandbox.clock import Clock, SandboxClock
from teleconsult_sandbox.mailbox import Mail, SandboxMailbox
from teleconsult_sandbox.network import SandboxCardNetwork
from teleconsult_sandbox.news import News, NewsDelivery
from teleconsult_sandbox.phone import SandboxPhone, Text
from teleconsult_sandbox.rooms import Place, SandboxRooms
from teleconsult_sandbox.sandbox import Sandbox
from teleconsult_sandbox.trouble import Trouble, TroubleKind

__all__ = [
    "CARDS",
    "Behaviour",
    "Book",
    "Clock",
    "Mail",
    "News",
    "NewsDelivery",
    "Place",
    "Sandbox",
    "SandboxCardNetwork",
    "SandboxClock",
    "SandboxMailbox",
    "SandboxPhone",
    "SandboxRooms",
    "TestCard",
    "Text",
    "Trouble",
    "TroubleKind",
]
