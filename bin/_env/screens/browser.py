"""A headless Chromium, spoken to over its debugging protocol: open a page, wait for it, click, take its picture."""

import base64
import contextlib
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

NAMES = ('google-chrome', 'chromium', 'chromium-browser', 'google-chrome-stable')
PATIENCE = 60  # seconds for a page or an element to come; the first page waits for Odoo's assets
# a page is still when nothing was requested and nothing changed for a moment
STILL = '''
(() => { const now = performance.now();
  if (!window.__watch) { window.__watch = {last: now};
    new MutationObserver(() => { window.__watch.last = performance.now(); }).observe(
      document, {subtree: true, childList: true, attributes: true, characterData: true}); }
  return now - window.__watch.last > 400 && !document.querySelector('.o_loading_indicator, .o_blockUI') &&
    [...document.images].every((image) => image.complete); })()
'''


class Browser:
    """One page of a running Chromium."""

    def __init__(self, socket):
        self._socket, self._number = socket, 0

    def command(self, method, **parameters):
        """One command of the protocol; returns its result. Raises RuntimeError with Chromium's message when it fails."""
        self._number += 1
        self._socket.send(json.dumps({'id': self._number, 'method': method, 'params': parameters}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get('id') == self._number:
                if 'error' in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer['result']

    def run(self, code):
        """The value of a JavaScript expression in the page."""
        result = self.command('Runtime.evaluate', expression=code, returnByValue=True, awaitPromise=True)
        if 'exceptionDetails' in result:
            raise RuntimeError(result['exceptionDetails'].get('exception', {}).get('description', code))
        return result['result'].get('value')

    def open(self, url, wanted='body'):
        """Go to an address and wait until `wanted` (a CSS selector) is there and the page is still."""
        self.command('Page.navigate', url='about:blank')
        self.command('Page.navigate', url=url)
        self.wait(wanted)

    def wait(self, selector):
        """Wait for a visible element, then for the page to be still. Raises TimeoutError."""
        self._until(f'!!document.querySelector({json.dumps(selector)})', f"{selector} does not appear")
        self._until(STILL, f"the page with {selector} does not come to rest")

    def click(self, selector):
        """Click the first element of a selector and wait for the page to be still."""
        self.wait(selector)
        self.run(f'document.querySelector({json.dumps(selector)}).click()')
        time.sleep(0.3)
        self._until(STILL, f"the page does not come to rest after {selector}")

    def _until(self, condition, complaint):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(RuntimeError):  # between two pages there is no context to ask
                if self.run(condition):
                    return
            time.sleep(0.1)
        raise TimeoutError(complaint)

    def size(self, width, height):
        """The size of the window's inside, in pixels."""
        self.command('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1, mobile=False)

    def picture(self, file):
        """The window as a PNG file."""
        data = self.command('Page.captureScreenshot', format='png')['data']
        Path(file).write_bytes(base64.b64decode(data))


@contextlib.contextmanager
def running(width, height):
    """A Chromium for the time of the block; yields its Browser."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [
            _executable(), '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
            '--no-first-run', '--hide-scrollbars', '--force-color-profile=srgb', '--lang=fr-FR', '--no-proxy-server',
            '--remote-debugging-port=0', '--remote-allow-origins=*', f'--user-data-dir={folder}', 'about:blank',
        ]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            socket = websocket.create_connection(_address(Path(folder)), timeout=PATIENCE, suppress_origin=True)
            browser = Browser(socket)
            browser.command('Page.enable')
            browser.size(width, height)
            yield browser
            socket.close()
        finally:
            process.terminate()
            process.wait()


def _executable():
    return next(found for name in NAMES if (found := shutil.which(name)))


def _address(folder):
    """Where the first page of the new Chromium listens."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError, StopIteration, IndexError):
            port = (folder / 'DevToolsActivePort').read_text().split()[0]
            with urllib.request.urlopen(f'http://127.0.0.1:{port}/json/list', timeout=5) as answer:
                return next(page for page in json.load(answer) if page['type'] == 'page')['webSocketDebuggerUrl']
        time.sleep(0.1)
    raise TimeoutError("Chromium does not start")
