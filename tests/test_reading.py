"""The door for files: each is read whole and unchanged, or refused in one line."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modeldex.errors import BadInput
from modeldex.reading import DEPTH_LIMIT, FORMATS, files_in, read
from modeldex.writing import canonical_nquads

ROOT = Path(__file__).parent.parent
HEAD = """@prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
THREE: list[tuple[str, str, ox.NamedNode | ox.Literal]] = [
    ("http://example.org/s", "http://example.org/p", ox.NamedNode("http://example.org/o")),
    ("http://example.org/s", "http://example.org/q", ox.Literal("grüße\nto all", language="en")),
    ("http://example.org/t", "http://example.org/n", ox.Literal(42)),
]


def put(folder: Path, content: str | bytes, name: str = "given.ttl") -> Path:
    """Write a file for a test."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path) -> BadInput:
    """The error with which a file is refused; always one line that names the file."""
    with pytest.raises(BadInput) as caught:
        read(path)
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith(str(path))
    return caught.value


# ------------------------------------------------------------------ broken text


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        ("ex:s ex:p ex:o ; ex:q 1 .\nex:s ex:p ) .", 4, 11),
        ("ex:s ex:p ex:o .\nex:s nothing ex:o .", 4, 6),
        ('ex:s ex:p "never ended .\n', 3, None),
        ('ex:s ex:p """never ended\n\n\n.\n', None, None),
        ("ex:s ex:p ex:o .\nex:s ex:p", None, None),
        ("ex:s ex:p ex:o .\n\nno:s ex:p ex:o .", 5, None),
    ],
    ids=["stray", "bare-word", "string", "long-string", "statement", "prefix"],
)
def test_broken_turtle_is_refused_with_its_place(
    tmp_path: Path, body: str, line: int | None, column: int | None
) -> None:
    """A broken file is refused with file, line and column."""
    error = refusal(put(tmp_path, HEAD + body))
    assert error.line is not None
    assert error.column is not None
    assert line in (None, error.line)
    assert column in (None, error.column)


def test_an_undeclared_prefix_is_named(tmp_path: Path) -> None:
    """An undeclared prefix is named, with its line."""
    error = refusal(put(tmp_path, HEAD + "\nno:s ex:p ex:o .\n"))
    assert "no:" in error.message or "prefix" in error.message
    assert error.line == 4


def test_a_relative_address_is_refused_with_the_way_out(tmp_path: Path) -> None:
    """An address without scheme is refused, and the message says what to write."""
    error = refusal(put(tmp_path, HEAD + "ex:s ex:p <gpt-4o> .\n"))
    assert error.line == 3
    assert error.remedy is not None
    assert "whole addresses" in error.remedy


def test_a_broken_file_gives_no_statement(tmp_path: Path) -> None:
    """What stands before the fault is not half-loaded: reading raises and gives nothing."""
    lines = "".join(f"ex:s{n} ex:p {n} .\n" for n in range(5000))
    assert refusal(put(tmp_path, HEAD + lines + "ex:s ex:p")).line == 5003


# ------------------------------------------------------------------ literals


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('"many"^^xsd:integer', "'many'"),
        ("123456789012345678901234567890", "64 bits"),
        ("9223372036854775808", "64 bits"),
        ("0.1234567890123456", "behind the point"),
        ("123456789012345678901.5", "before"),
        ('"NaN"^^xsd:decimal', "'NaN'"),
        ('"INF"^^xsd:decimal', "'INF'"),
        ("1.5e3", "double"),
        ('"1.5"^^xsd:float', "float"),
        ('"NaN"^^xsd:double', "double"),
        ('"2026-02-30"^^xsd:date', "'2026-02-30'"),
        ('"2026-13"^^xsd:gYearMonth', "'2026-13'"),
        ('"2026-6"^^xsd:gYearMonth', "'2026-6'"),
        ('"0000"^^xsd:gYear', "'0000'"),
        ('"2026-06-01Z"^^xsd:date', "'2026-06-01Z'"),
        ('"2026-06"^^xsd:date', "'2026-06'"),
        ('"yes"^^xsd:boolean', "'yes'"),
        ('"True"^^xsd:boolean', "'True'"),
        ('"no address"^^xsd:anyURI', "'no address'"),
        ('"x"^^ex:mine', "http://example.org/mine"),
    ],
)
def test_a_bad_value_is_refused_by_value_line_and_property(
    tmp_path: Path, written: str, said: str
) -> None:
    """A value that its datatype does not allow is named, with line, property and subject."""
    body = f"# yes, many words first, 1.5e3\nex:other ex:p 1 .\nex:s ex:q 2 ;\n  ex:p {written} .\n"
    error = refusal(put(tmp_path, HEAD + body))
    assert said in error.message
    assert error.line == 6
    assert "http://example.org/p" in str(error)
    assert "http://example.org/s" in str(error)


def test_numbers_are_kept_to_the_last_digit(tmp_path: Path) -> None:
    """The largest numbers that engines hold are read as they stand, and spelt one way."""
    path = put(tmp_path, HEAD + (
        "ex:s ex:p 9223372036854775807, -9223372036854775807, 007, 3.00, +0.10, -0.0,\n"
        "  0.123456789012345, 12345678901234567890.5 ."
    ))  # fmt: skip
    values = [quad.object.value for quad in read(path).quads if isinstance(quad.object, ox.Literal)]
    assert values == [
        "9223372036854775807", "-9223372036854775807", "7", "3", "0.1", "0",
        "0.123456789012345", "12345678901234567890.5",
    ]  # fmt: skip


# ------------------------------------------------------------------ encodings and files


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    """A UTF-8 file that starts with a byte order mark is read."""
    assert len(read(put(tmp_path, b"\xef\xbb\xbf" + HEAD.encode() + b"ex:s ex:p 1 .")).quads) == 1


def test_windows_line_ends_give_the_same_statements(tmp_path: Path) -> None:
    """Each file of the data, with Windows line ends, gives the same statements and lines."""
    count = 0
    for path in sorted((ROOT / "data").rglob("*.ttl")):
        plain = read(path)
        windows = read(put(tmp_path, path.read_bytes().replace(b"\n", b"\r\n"), path.name))
        assert canonical_nquads(windows.quads) == canonical_nquads(plain.quads)
        subject = next(q.subject.value for q in plain.quads if isinstance(q.subject, ox.NamedNode))
        assert windows.line_of(subject) == plain.line_of(subject)
        count += 1
    assert count >= 15


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_other_encodings_are_refused_with_the_way_out(tmp_path: Path, encoding: str) -> None:
    """UTF-16 and Latin-1 are refused, and the message says what to do."""
    content = (HEAD + 'ex:s ex:p "grüße" .').encode(encoding)
    error = refusal(put(tmp_path, content))
    if encoding in ("utf-16", "latin-1"):
        assert error.remedy == "save it as UTF-8"
        assert error.line == (3 if encoding == "latin-1" else 1)


def test_an_empty_file_has_no_statements(tmp_path: Path) -> None:
    """An empty file of a line-based format is a file without statements."""
    names = ["a.ttl", "a.nq", "a.nt", "a.trig"]
    assert [len(read(put(tmp_path, "", name)).quads) for name in names] == [0, 0, 0, 0]
    refusal(put(tmp_path, "", "a.jsonld"))


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    """A missing file, a folder, a dangling link, a FIFO, a socket name: one line, no waiting."""
    (tmp_path / "folder.ttl").mkdir()
    (tmp_path / "dangling.ttl").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.ttl").symlink_to(tmp_path / "loop.ttl")
    os.mkfifo(tmp_path / "fifo.ttl")
    started = time.monotonic()
    for name in ("missing", "folder", "dangling", "loop", "fifo"):
        refusal(tmp_path / f"{name}.ttl")
    assert time.monotonic() - started < 2
    with pytest.raises(BadInput):
        read(Path("a\0b.ttl"))


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    """A file without read permission is refused; root, who may read all, becomes another user."""
    path = put(tmp_path, HEAD)
    path.chmod(0)
    if os.geteuid() == 0:
        os.seteuid(65534)
        try:
            # Nor may that user look into the folders above, which reads the same.
            assert "permission denied" in refusal(path).message
        finally:
            os.seteuid(0)
    else:
        assert "permission denied" in refusal(path).message


def test_an_unknown_suffix_is_refused_with_those_known(tmp_path: Path) -> None:
    """A file of another kind is refused, and all known kinds are listed."""
    error = refusal(put(tmp_path, HEAD, "given.rdf"))
    assert error.remedy is not None
    assert all(suffix in error.remedy for suffix in FORMATS)


def test_suffixes_count_whatever_their_case(tmp_path: Path) -> None:
    """A file named in capitals is found in its folder and read: none is passed over in silence."""
    put(tmp_path, HEAD + "ex:s ex:p 1 .", "A.TTL")
    assert [len(read(path).quads) for path in files_in([tmp_path])] == [1]


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    """A folder in which there is nothing to read is an error, never "all is well"."""
    with pytest.raises(BadInput, match="no RDF files"):
        list(files_in([tmp_path]))


def test_a_file_of_50_mb_is_refused_fast(tmp_path: Path) -> None:
    """A file over the limit gets one line, in little time."""
    path = tmp_path / "large.nt"
    line = b'<http://example.org/s> <http://example.org/p> "' + b"x" * 930 + b'" .\n'
    with path.open("wb") as file:
        for _ in range(52):
            file.write(line * 1024)
    assert path.stat().st_size > 50_000_000
    started = time.monotonic()
    assert "larger than 32 MB" in refusal(path).message
    assert time.monotonic() - started < 3


def test_a_value_larger_than_the_parser_takes_is_refused(tmp_path: Path) -> None:
    """One huge string is refused without taking gigabytes or raising MemoryError."""
    refusal(put(tmp_path, HEAD + 'ex:s ex:p "' + "x" * 17_000_000 + '" .'))


# ------------------------------------------------------------------ hostile files

NESTED = {
    "brackets.ttl": HEAD + "ex:s ex:p " + "[ ex:p " * 5000 + "1" + " ]" * 5000 + " .",
    "lists.ttl": HEAD + "ex:s ex:p " + "(" * 5000 + ")" * 5000 + " .",
    "triples.ttl": HEAD + "ex:s ex:p " + "<<( ex:s ex:p " * 5000 + "1" + " )>>" * 5000 + " .",
    "comment.ttl": "# a bare carriage return ends a comment\r<http://e/s> <http://e/p> "
    + "<<( <http://e/s> <http://e/p> " * 20000 + "1" + " )>>" * 20000 + " .",
    "escaped.ttl": HEAD + "ex:a\\' ex:p " + "<<( ex:s ex:p " * 20000 + "1" + " )>>" * 20000
    + ", ex:b\\' .",
    "escaped-hash.ttl": HEAD + "ex:a\\# ex:p " + "<<( ex:s ex:p " * 20000 + "1"
    + " )>>" * 20000 + ".",
    "address.ttl": "<http://e/#\\u0041> <http://e/p> "
    + "<<( <http://e/s> <http://e/p> " * 20000 + "1" + " )>>" * 20000 + " .",
    "graph.trig": HEAD + "ex:g { ex:s ex:p " + "[ ex:p " * 5000 + "1" + " ]" * 5000 + " }",
    "line.nq": "<http://e/s> <http://e/p> " + "<<( <http://e/s> <http://e/p> " * 20000
    + '"1"' + " )>>" * 20000 + " .",
    "objects.jsonld": '{"http://e/p":' * 4000 + "1" + "}" * 4000,
    "arrays.JSONLD": "[" * 4000 + "]" * 4000,
}  # fmt: skip


def test_deep_nesting_is_refused_and_the_process_lives(tmp_path: Path) -> None:
    """Each file that could overflow the parser's stack is refused, in a process that lives on."""
    for name, content in NESTED.items():
        put(tmp_path, content, name)
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from modeldex.errors import BadInput\nfrom modeldex.reading import read\n"
        "for path in sorted(Path(sys.argv[1]).iterdir()):\n"
        "    try:\n        read(path)\n"
        "    except BadInput as error:\n        print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        env={"PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-300:]
    lines = done.stdout.splitlines()
    assert len(lines) == len(NESTED) == 11
    assert all(f"nested more than {DEPTH_LIMIT} deep" in line for line in lines)


def test_what_looks_like_brackets_in_text_is_no_nesting(tmp_path: Path) -> None:
    """Brackets in strings, comments and addresses do not count."""
    many = "[({<<" * 200
    body = f'# {many}\nex:s ex:p \'\'\'{many}\'\'\', "{many}", """\'{many}" """ . # {many}'
    assert len(read(put(tmp_path, HEAD + body)).quads) == 3
    text = json.dumps({"@id": "http://e/s", "http://e/p": many + '"' + many})
    assert len(read(put(tmp_path, text, "a.jsonld")).quads) == 1


@pytest.fixture
def counting_server() -> Iterator[tuple[str, list[str]]]:
    """A real HTTP server on this machine; gives its address, and what was asked of it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = b'{"@context": {"p": "http://example.org/p"}}'
            self.send_response(200)
            self.send_header("Content-Type", "application/ld+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_remote_context_is_never_fetched(
    tmp_path: Path, counting_server: tuple[str, list[str]]
) -> None:
    """JSON-LD that names a context on the web is refused; nobody is asked."""
    address, asked = counting_server
    for context in (f"{address}/c.jsonld", [f"{address}/c.jsonld"], {"@import": f"{address}/c"}):
        text = json.dumps({"@context": context, "@id": "http://example.org/s", "p": "x"})
        refusal(put(tmp_path, text, "given.jsonld"))
    assert asked == []


def test_a_local_context_file_is_never_read(tmp_path: Path) -> None:
    """JSON-LD that names a file as its context is refused: no other file is touched."""
    other = put(tmp_path, '{"@context": {"p": "http://example.org/p"}}', "context.jsonld")
    text = json.dumps({"@context": other.as_uri(), "@id": "http://example.org/s", "p": "x"})
    refusal(put(tmp_path, text, "given.jsonld"))


def test_imports_are_not_followed(tmp_path: Path, counting_server: tuple[str, list[str]]) -> None:
    """owl:imports is a statement like any other."""
    address, asked = counting_server
    body = f"<http://example.org/> <http://www.w3.org/2002/07/owl#imports> <{address}/other.ttl> ."
    assert len(read(put(tmp_path, body)).quads) == 1
    assert asked == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("object.ttl", HEAD + "ex:s ex:p <<( ex:a ex:b ex:c )>> ."),
        ("reified.ttl", HEAD + "<< ex:a ex:b ex:c >> ex:p 1 ."),
        ("annotated.ttl", HEAD + "ex:a ex:b ex:c {| ex:p 1 |} ."),
        ("line.nq", "<http://e/s> <http://e/p> <<( <http://e/a> <http://e/b> <http://e/c> )>> ."),
    ],
)
def test_triples_inside_triples_are_refused(tmp_path: Path, name: str, content: str) -> None:
    """Quoted triples of RDF 1.2 are refused, and the message says what to use."""
    error = refusal(put(tmp_path, content, name))
    assert error.remedy is not None
    assert "rdf:subject" in error.remedy


ENTRIES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(str.encode),
    st.lists(
        st.sampled_from([
            *HEAD.splitlines(), "ex:s", "ex:p", ".", ";", ",", "[", "]", "(", ")", "{", "}", "<<(",
            ")>>", "<<", ">>", "<http://e/x>", "_:b", '"x"', '"x"@en', '"x"^^xsd:integer', "1", "a",
            "1.0", "1e3", "'''", '"""', "# c", "\r", "\n", "\\", "@base <http://e/> .", "GRAPH",
            '{"@id":', '"http://e/x"', '"@value":', "null", ":", "\0", "\ufeff", "VERSION '1.2'",
        ]),
        max_size=40,
    ).map(lambda words: " ".join(words).encode()),
)  # fmt: skip


@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".nq", ".jsonld"])
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=ENTRIES)
def test_any_bytes_are_read_or_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    """Whatever is in a file, it is read, or refused with BadInput; nothing else comes out."""
    path = put(tmp_path, content, f"given{suffix}")
    try:
        said = "".join(str(quad.predicate) for quad in read(path).quads)
    except BadInput as error:
        said = str(error)
    assert "\n" not in said


# ------------------------------------------------------------------ the same in every format


def test_all_formats_give_the_same_statements(tmp_path: Path) -> None:
    """Statements written as N-Quads, TriG, Turtle and JSON-LD by a library read equal."""
    quads = [ox.Quad(ox.NamedNode(s), ox.NamedNode(p), o) for s, p, o in THREE]
    expected = canonical_nquads(quads)
    count = 0
    for suffix, syntax in FORMATS.items():
        data = ox.serialize([q.triple for q in quads], format=syntax)
        assert data is not None
        assert canonical_nquads(read(put(tmp_path, data, f"given{suffix}")).quads) == expected
        count += 1
    assert count == 5


def test_reading_and_writing_keeps_every_statement_of_the_data(tmp_path: Path) -> None:
    """Read, written as canonical N-Quads, and read again: the same statements."""
    count = 0
    for path in sorted((ROOT / "data").rglob("*.ttl")):
        written = canonical_nquads(read(path).quads)
        again = read(put(tmp_path, written, "again.nq"))
        assert canonical_nquads(again.quads) == written
        count += len(again.quads)
    assert count > 1000


# ------------------------------------------------------------------ lines


def test_line_of_finds_prefixed_and_whole_names(tmp_path: Path) -> None:
    """The line of a thing is where it is described, else where it is first named."""
    document = read(put(tmp_path, HEAD + (
        "# ex:thing is named here, and as ex:thing-two\n"
        "ex:other ex:p ex:thing-two, <http://example.org/named> .\n"
        "ex:thing-two ex:p 1 .\n"
        "ex:thing ex:p 2 .\n"
        "<http://example.org/whole> ex:p 3 .\n"
    )))  # fmt: skip
    lines = {
        name: document.line_of(f"http://example.org/{name}")
        for name in ("thing", "thing-two", "whole", "named", "absent", "thing-")
    }
    assert lines == {
        "thing": 6, "thing-two": 5, "whole": 7, "named": 4, "absent": None, "thing-": None,
    }  # fmt: skip


def test_line_of_works_in_json(tmp_path: Path) -> None:
    """In JSON-LD the line is that on which the address stands."""
    text = json.dumps([{"@id": "http://e/a", "http://e/p": 1}, {"@id": "http://e/b"}], indent=1)
    document = read(put(tmp_path, text, "given.jsonld"))
    assert text.splitlines()[(document.line_of("http://e/b") or 0) - 1].count("http://e/b") == 1
