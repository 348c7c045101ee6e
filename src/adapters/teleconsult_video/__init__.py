"""Rooms of providers of video: a Jitsi of one's own, a LiveKit of one's own or in its cloud."""

from teleconsult_video.jitsi import JitsiRooms
from teleconsult_video.livekit import LiveKitRooms
from teleconsult_video.news import Happened, News, NotNews, read_news
from teleconsult_video.provider import Provider

__all__ = [
    "Happened",
    "JitsiRooms",
    "LiveKitRooms",
    "News",
    "NotNews",
    "Provider",
    "read_news",
]
