"""A headless Chromium driven through its DevTools protocol over a pipe, with the standard library alone."""

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fcntl import F_DUPFD, fcntl
from pathlib import Path
from select import select
from typing import Any

NAMES = ("/usr/bin/chromium", "chromium", "google-chrome")
SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE = 60.0
_START = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""The browser reads commands from its descriptor 3 and answers on 4, whatever numbers the pipes have here."""


def find_chromium() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise AssertionError("no Chromium to look at the page with: apt-get install chromium")
    return found


@dataclass
class Tab:
    """A page in the browser. `events` are what it said by itself: its console, its errors, its requests."""

    commands: int
    answers: int
    session: str = ""
    number: int = 0
    buffer: bytes = b""
    events: list[dict[str, Any]] = field(default_factory=list)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of one command of the protocol."""
        self.number += 1
        message: dict[str, Any] = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self.number:
                assert "error" not in answer, answer["error"]
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method: str) -> None:
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self._read())

    def open(self, path: Path) -> None:
        self.events.clear()
        self.call("Page.navigate", url=path.as_uri())
        self.wait_for("Page.loadEventFired")

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression; the page's own policy does not bind what is run from here."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def press(self, key: str) -> None:
        code = {"Enter": 13, "Tab": 9}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=code, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=code)

    def resize(self, width: int, height: int, mobile: bool = False) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)

    def prefer(self, scheme: str) -> None:
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, path: Path) -> None:
        shot = self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(shot["data"]))

    def complaints(self) -> list[str]:
        """Warnings and errors of the console, uncaught exceptions, and what its policy refused."""
        self.run("0")  # takes in what was said until now
        found = []
        for event in self.events:
            params = event.get("params", {})
            if event["method"] == "Log.entryAdded" and params["entry"]["level"] in ("warning", "error"):
                found.append(params["entry"]["text"])
            elif event["method"] == "Runtime.consoleAPICalled" and params["type"] in ("warning", "error", "assert"):
                found.append(str(params["args"]))
            elif event["method"] == "Runtime.exceptionThrown":
                found.append(str(params["exceptionDetails"]))
        return found

    def requests(self) -> list[str]:
        """The addresses of all that the page asked for."""
        self.run("0")
        asked = [event for event in self.events if event["method"] == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in asked]

    def _read(self) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while b"\0" not in self.buffer:
            ready, _, _ = select([self.answers], [], [], max(0.0, until - time.monotonic()))
            assert ready, f"Chromium said nothing for {PATIENCE:.0f} s"
            said = os.read(self.answers, 1 << 20)
            assert said, "Chromium ended"
            self.buffer += said
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)


@contextmanager
def open_tab(folder: Path) -> Iterator[Tab]:
    """A new browser with a profile of its own in `folder` and one empty page; what it saves goes to `folder/saved`."""
    theirs_in, commands = _pipe()
    answers, theirs_out = _pipe()
    start = [sys.executable, "-c", _START, str(theirs_in), str(theirs_out), find_chromium(), *SWITCHES]
    with (folder / "chromium.log").open("wb") as log:
        browser = subprocess.Popen(
            [*start, f"--user-data-dir={folder / 'profile'}", "about:blank"],
            pass_fds=(theirs_in, theirs_out),
            stdout=log,
            stderr=log,
        )
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        yield _first_tab(commands, answers, folder / "saved")
    finally:
        browser.terminate()
        browser.wait(PATIENCE)
        os.close(commands)
        os.close(answers)


def _first_tab(commands: int, answers: int, saved: Path) -> Tab:
    tab = Tab(commands, answers)
    target = tab.call("Target.createTarget", url="about:blank")["targetId"]
    tab.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(saved))
    tab.session = tab.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Runtime", "Log", "Network"):
        tab.call(f"{domain}.enable")
    return tab


def _pipe() -> tuple[int, int]:
    """The two ends of a pipe, with numbers out of the way of 3 and 4."""
    low = os.pipe()
    ends = tuple(fcntl(end, F_DUPFD, 10) for end in low)
    for end in low:
        os.close(end)
    return ends[0], ends[1]
