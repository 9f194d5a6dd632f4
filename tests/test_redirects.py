"""The permanent addresses, as Apache redirects them with the rules of a release."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import missing

from modeldex.errors import BadInput
from modeldex.exports.redirects import base_address, redirects

BASE = "https://models.example.org/dex/"
MODULES = Path("/usr/lib/apache2/modules")
CONFIGURATION = """\
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/error.log
DocumentRoot {folder}/htdocs
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule rewrite_module {modules}/mod_rewrite.so
{user}
<Directory {folder}/htdocs>
  AllowOverride All
  Options FollowSymLinks
  Require all granted
</Directory>
"""


@pytest.fixture(scope="module")
def apache() -> Iterator[int]:
    """The port of an Apache that holds the rules under /modeldex/, as w3id.org does."""
    program = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
    if program is None:
        missing("apache2", "apt-get install apache2-bin")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "htdocs" / "modeldex").mkdir(parents=True)
        (folder / "htdocs" / "modeldex" / ".htaccess").write_text(redirects(BASE))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        user = "User nobody\nGroup nogroup" if os.getuid() == 0 else ""
        (folder / "apache.conf").write_text(
            CONFIGURATION.format(port=port, folder=folder, modules=MODULES, user=user)
        )
        server = subprocess.Popen([program, "-f", folder / "apache.conf", "-DFOREGROUND"])
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if not probe.connect_ex(("127.0.0.1", port)):
                        break
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()
            server.wait()


def asked(port: int, path: str, accept: str) -> tuple[int, str | None]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/modeldex/" + path, headers={"Accept": accept})
        response = connection.getresponse()
        return response.status, response.getheader("Location")
    finally:
        connection.close()


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("path", "accept", "status", "place"),
    [
        ("id/model/gpt-4o", BROWSER, 303, "model/gpt-4o.html"),
        ("id/model/gpt-4o", "*/*", 303, "model/gpt-4o.html"),
        ("id/model/gpt-4o", "text/turtle", 303, "model/gpt-4o.ttl"),
        ("id/model/gpt-4o", "application/ld+json", 303, "model/gpt-4o.jsonld"),
        ("id/model/gpt-4o", "application/ld+json, text/turtle;q=0.5", 303, "model/gpt-4o.jsonld"),
        ("id/model/gpt-4o", f"{BROWSER}, text/turtle;q=0.1", 303, "model/gpt-4o.html"),
        ("id/model/gpt-4o", "application/rdf+xml, */*;q=0.1", 303, "model/gpt-4o.ttl"),
        ("id/model/gpt-4o", "", 303, "model/gpt-4o.html"),
        ("id/claim/a--b", "text/turtle", 303, "claim/a--b.ttl"),
        ("id/query/retired-api-ids", BROWSER, 303, "queries/retired-api-ids.html"),
        ("vocab", BROWSER, 303, "vocab.html"),
        ("vocab", "text/turtle", 303, "vocab.ttl"),
        ("dataset", "text/turtle", 303, "dataset.ttl"),
        ("dataset", BROWSER, 303, "dataset.html"),
        ("graph/verified", BROWSER, 303, "dataset.html"),
        ("shapes", BROWSER, 303, "dataset.html"),
        ("context/v1.jsonld", "application/ld+json", 302, "context/v1.jsonld"),
        ("", BROWSER, 302, ""),
    ],
)
def test_a_permanent_address_leads_to_page_or_data(
    apache: int, path: str, accept: str, status: int, place: str
) -> None:
    assert asked(apache, path, accept) == (status, BASE + place)


def test_what_is_asked_for_cannot_lead_elsewhere(apache: int) -> None:
    """No path becomes an address of another host."""
    for path in (
        "/evil.example",
        "//evil.example",
        "id/..%2f..%2f/x",
        "%0d%0aX:y",
        "@evil.example",
    ):
        status, place = asked(apache, path, BROWSER)
        assert status >= 400 or (place or "").startswith(BASE), path


@pytest.mark.parametrize("text", ["http://a.example", "https://a.example:8080/x/y/", BASE])
def test_a_base_address_ends_in_a_slash(text: str) -> None:
    assert base_address(text) == text.rstrip("/") + "/"


@pytest.mark.parametrize(
    "text",
    ["", "a", "//a.example/", "javascript:x", "file:///etc", "https://", "https://a b/",
     "https://a/]\nRewriteRule ^ x", "https://a/?x=1", "https://a/#x", "https://a/%{ENV:X}",
     "https://a/$1", 'https://a/"x', "https://a.example:99999/", "https://ä.example/"],
)  # fmt: skip
def test_what_is_no_base_address_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no address of pages"):
        base_address(text)
