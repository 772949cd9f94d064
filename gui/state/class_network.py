"""Where phones could reach this computer, found out without asking anybody outside."""

from __future__ import annotations

import socket
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"

_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class OwnAddress:
    """An address of this computer in a network.

    Attributes:
        address: IPv4 address.
        name: What the system calls the way there, for instance ``wlan0`` or ``Wi-Fi``.
        wireless: Whether it is a wireless one: that is where phones are.
    """

    address: str
    name: str
    wireless: bool


def own_addresses() -> tuple[OwnAddress, ...]:
    """Return this computer's IPv4 addresses in networks, wireless ones first; none without a network."""
    # Half a dozen milliseconds that only who asks a class has to wait for.
    from PySide6.QtNetwork import QAbstractSocket, QNetworkInterface

    up = QNetworkInterface.InterfaceFlag.IsUp | QNetworkInterface.InterfaceFlag.IsRunning
    found = []
    for way in QNetworkInterface.allInterfaces():
        if way.flags() & up != up or way.flags() & QNetworkInterface.InterfaceFlag.IsLoopBack:
            continue
        for entry in way.addressEntries():
            address = entry.ip()
            if address.protocol() == QAbstractSocket.NetworkLayerProtocol.IPv4Protocol and not address.isLinkLocal():
                wireless = way.type() == QNetworkInterface.InterfaceType.Wifi
                found.append(OwnAddress(address=address.toString(), name=way.humanReadableName(), wireless=wireless))
    return tuple(sorted(found, key=lambda one: not one.wireless))


def opens(address: str) -> bool:
    """Say whether a port opens at one of this computer's addresses, and answers from here."""
    try:
        with socket.socket() as listening:
            listening.bind((address, 0))
            listening.listen(1)
            with socket.create_connection(listening.getsockname(), timeout=_SECONDS):
                return True
    except OSError:
        return False
