"""Fusion in our colours: the palette for what Fusion draws, a style sheet for menus, fields, tables and scroll bars."""

from __future__ import annotations

from importlib import resources
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from gui.theme import TEXT, Colors, font, theme

_SHEET = Template(
    """
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 6px 8px; }
QMenuBar { font-size: 13px; background: $surface; color: $dim; border: none; border-bottom: 1px solid $line;
  padding: 1px 8px; }
QMenuBar::item { background: transparent; padding: 4px 9px; border-radius: 6px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $raised; color: $text; }
QMenu { background: $raised; color: $text; border: 1px solid $line; padding: 6px; min-width: 210px; }
QMenu::item { padding: 6px 28px 6px 26px; border-radius: 6px; margin: 1px 0; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $dim; background: transparent; }
QMenu::separator { height: 1px; background: $line; margin: 5px 8px; }
QMenu::indicator { width: 14px; height: 14px; left: 7px; }
QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle { background: $line; border-radius: 4px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $dim; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QLineEdit, QPlainTextEdit { background: $page; color: $text; border: 1px solid $line; border-radius: 7px;
  padding: 4px 8px; selection-background-color: $accent; selection-color: $on_accent;
  placeholder-text-color: $dim; }
QLineEdit:focus, QPlainTextEdit:focus { border: 2px solid $accent; padding: 3px 7px; }
QLineEdit[wrong="true"] { border: 2px solid $bad; padding: 3px 7px; }
QComboBox { background: $page; color: $text; border: 1px solid $line; border-radius: 7px; padding: 4px 8px;
  min-height: 18px; }
QComboBox:focus { border: 2px solid $accent; padding: 3px 7px; }
QComboBox:disabled { color: $dim; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url("$arrow"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $raised; color: $text; border: 1px solid $line; outline: none;
  selection-background-color: $accent; selection-color: $on_accent; }
QSlider { min-height: 26px; }
QSlider::groove:horizontal { height: 6px; border-radius: 3px; background: $line; }
QSlider::sub-page:horizontal { border-radius: 3px; background: $accent; }
QSlider::handle:horizontal { width: 20px; height: 20px; margin: -7px 0; border-radius: 10px; background: $accent; }
QSlider::handle:horizontal:focus { background: $text; }
QTableView { background: $surface; alternate-background-color: $raised; border: none; gridline-color: $line;
  selection-background-color: $raised; selection-color: $text; }
QHeaderView { background: $surface; }
QHeaderView::section { background: $surface; color: $dim; border: none; border-bottom: 1px solid $line; padding: 6px; }
QTableCornerButton::section { background: $surface; border: none; }
QProgressBar { background: $raised; border: none; border-radius: 4px; max-height: 8px; }
QProgressBar::chunk { background: $accent; border-radius: 4px; }
QDialog { background: $surface; }
"""
)


def style_sheet(colors: Colors) -> str:
    """Return the application's style sheet in a palette."""
    arrow = str(resources.files("assets").joinpath("icons", "field_arrow.svg")).replace("\\", "/")
    return _SHEET.substitute({name: getattr(colors, name) for name in Colors.__dataclass_fields__}, arrow=arrow)


def qt_palette(colors: Colors) -> QPalette:
    """Return what Fusion paints with."""
    role = QPalette.ColorRole
    roles = {
        role.Window: colors.page,
        role.WindowText: colors.text,
        role.Base: colors.page,
        role.AlternateBase: colors.raised,
        role.Text: colors.text,
        role.Button: colors.raised,
        role.ButtonText: colors.text,
        role.BrightText: colors.bad,
        role.ToolTipBase: colors.raised,
        role.ToolTipText: colors.text,
        role.PlaceholderText: colors.dim,
        role.Highlight: colors.accent,
        role.HighlightedText: colors.on_accent,
        role.Accent: colors.accent,
        role.Link: colors.accent,
        role.LinkVisited: colors.accent,
    }
    palette = QPalette(QColor(colors.raised), QColor(colors.page))
    for which, rgb in roles.items():
        palette.setColor(which, QColor(rgb))
    faint = QColor(colors.dim)
    faint.setAlphaF(0.6)
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, faint)
    return palette


def apply_style() -> None:
    """Dress the application in the palette in use."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    hints = QGuiApplication.styleHints()
    # The frame around the window belongs to the system; it follows what was asked for.
    schemes = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light, "system": Qt.ColorScheme.Unknown}
    hints.setColorScheme(schemes[theme().wish])
    app.setPalette(qt_palette(theme().colors))
    app.setFont(font(TEXT))
    app.setStyleSheet(style_sheet(theme().colors))


def keep_style() -> None:
    """Dress the application now and again whenever palette, language or the system's scheme change."""
    QApplication.setStyle("Fusion")
    apply_style()
    theme().changed.connect(apply_style)
    QGuiApplication.styleHints().colorSchemeChanged.connect(_system_changed)


def _system_changed() -> None:
    if theme().wish == "system":
        theme().changed.emit()
