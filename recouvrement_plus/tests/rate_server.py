"""A publication of the ECB's series for tests: a local HTTP server that answers as told, well or badly."""
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HEADER = ('KEY,FREQ,REF_AREA,CURRENCY,PROVIDER_FM,INSTRUMENT_FM,PROVIDER_FM_ID,DATA_TYPE_FM,'
          'TIME_PERIOD,OBS_VALUE,OBS_STATUS,TITLE_COMPL')
ROW = 'FM.{key},B,U2,EUR,4F,KR,{provider},LEV,{day},{value},A,"Main refinancing operations, Level"'
GENERIC = """<?xml version="1.0" encoding="UTF-8"?>
<message:GenericData xmlns:message="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
    xmlns:generic="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic">
  <message:Header><message:ID>1</message:ID></message:Header>
  <message:DataSet><generic:Series>
    <generic:SeriesKey>
      <generic:Value id="PROVIDER_FM_ID" value="{provider}"/><generic:Value id="DATA_TYPE_FM" value="LEV"/>
    </generic:SeriesKey>
    {rows}
  </generic:Series></message:DataSet>
</message:GenericData>"""
GENERIC_ROW = '<generic:Obs><generic:ObsDimension value="{day}"/><generic:ObsValue value="{value}"/></generic:Obs>'
SPECIFIC = """<?xml version="1.0" encoding="UTF-8"?>
<message:StructureSpecificData xmlns:message="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message">
  <message:DataSet><Series FREQ="B" PROVIDER_FM_ID="{provider}" DATA_TYPE_FM="LEV">{rows}</Series></message:DataSet>
</message:StructureSpecificData>"""
SPECIFIC_ROW = '<Obs TIME_PERIOD="{day}" OBS_VALUE="{value}"/>'


def as_csv(points, provider='MRR_FR'):
    key = f'B.U2.EUR.4F.KR.{provider}.LEV'
    lines = [HEADER, *(ROW.format(key=key, provider=provider, day=day, value=value) for day, value in points)]
    return ''.join(line + '\r\n' for line in lines)


def as_generic_xml(points, provider='MRR_FR'):
    return GENERIC.format(provider=provider, rows=''.join(GENERIC_ROW.format(day=day, value=value) for day, value in points))


def as_specific_xml(points, provider='MRR_FR'):
    return SPECIFIC.format(provider=provider, rows=''.join(SPECIFIC_ROW.format(day=day, value=value) for day, value in points))


class RateServer:
    """Serves `body` with `status` and `headers`; `drip` seconds pause between bytes, `announced` a false length."""

    def __init__(self):
        self.body, self.status, self.headers, self.drip, self.announced, self.asked = b'', 200, {}, 0, None, 0
        self._stop = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                owner._answer(self)

            def log_message(self, *args):
                """Silence: what was asked is counted."""

        self._server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self._server.daemon_threads = True
        self.address = f'http://127.0.0.1:{self._server.server_port}/series'
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def _answer(self, request):
        self.asked += 1
        body = self.body.encode() if isinstance(self.body, str) else self.body
        request.send_response(self.status)
        for name, value in {'Content-Length': self.announced or len(body), **self.headers}.items():
            request.send_header(name, str(value))
        request.end_headers()
        try:
            if not self.drip:
                request.wfile.write(body)
            for byte in body if self.drip else b'':
                if self._stop.is_set():
                    break
                request.wfile.write(bytes([byte]))
                time.sleep(self.drip)
        except OSError:
            return  # the reader had enough

    def stop(self):
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()
