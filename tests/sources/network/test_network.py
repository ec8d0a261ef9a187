"""What is asked, of whom, how often, and what an answer must be."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from toxic_server import Asked, Authority, Server, answer

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.sources.network import HostGrant, Network, NetworkSettings, Request, Tls

Serve = Callable[..., Server]
NetworkFor = Callable[..., Network]
TRUTH = [{"name": "a"}, {"name": "b"}]
ONCE = {"attempts": 1}


def test_an_answer_is_its_json(serve: Serve, network_for: NetworkFor) -> None:
    server = serve(answer(TRUTH))
    assert network_for(server).get_json(f"{server.url}/things") == TRUTH
    assert server.asked[0].headers["accept"] == "application/json"
    assert server.asked[0].headers["host"] == server.authority


def test_a_text_in_an_answer_may_hold_any_character(serve: Serve, network_for: NetworkFor) -> None:
    title = "a\x7f\x85\uffff\u2028b"
    server = serve(answer(json.dumps([{"title": title}], ensure_ascii=False).encode()))
    assert network_for(server).get_json(server.url) == [{"title": title}]
    server = serve(answer(b'["\x00"]'))
    with pytest.raises(SourceError, match="is no JSON"):
        network_for(server, settings=ONCE).get_json(server.url)


def test_a_packed_answer_is_unpacked(serve: Serve, network_for: NetworkFor) -> None:
    server = serve(answer(gzip.compress(json.dumps(TRUTH).encode()), content_encoding="gzip"))
    assert network_for(server).get_json(server.url) == TRUTH


def test_a_question_with_a_body_is_sent_whole(serve: Serve, network_for: NetworkFor) -> None:
    server = serve(lambda asked: answer(json.loads(asked.body)))
    sent = network_for(server).send(Request(server.url, method="POST", body=b'{"a": [1]}'))
    assert sent.json() == {"a": [1]}


def test_a_header_may_have_several_values(serve: Serve, network_for: NetworkFor) -> None:
    server = serve(answer(TRUTH))
    network_for(server).send(Request(server.url, headers={"Impersonate-Group": ("a", "b"), "X": "y"}))
    assert [value for name, value in server.asked[0].fields if name == "impersonate-group"] == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "headers", "words"),
    [
        (b"<html>sorry</html>", {"content_type": "text/html"}, "answers 'text/html' where JSON was asked for"),
        (b"", {}, "answers nothing"),
        (b'[{"name": "a"}', {}, "is no JSON"),
        (b'{"a": 1, "a": 2}', {}, 'the key "a" is written twice'),
        (b"[NaN]", {}, "holds NaN"),
        (b"[" * 100 + b"]" * 100, {}, "is nested deeper than 64 levels"),
        (b"not gzip at all", {"content_encoding": "gzip"}, "a damaged gzip body"),
        (gzip.compress(b"[]", mtime=0)[:-4], {"content_encoding": "gzip"}, "a gzip body without its end"),
        (gzip.compress(b"[]", mtime=0) + b"more", {"content_encoding": "gzip"}, "more than the packed body"),
        (b"[]", {"content_encoding": "br"}, "answers in the encoding 'br'"),
        (gzip.compress(b" " * 50_000_000, mtime=0), {"content_encoding": "gzip"}, "is larger than 1,048,576 bytes"),
        (b"[" + b" " * 2_000_000 + b"]", {}, "is larger than 1,048,576 bytes"),
        (b'{"a": "\xff"}', {}, "is no text in UTF-8"),
    ],
)
def test_what_is_no_whole_json_is_an_error_that_names_the_url(
    serve: Serve, network_for: NetworkFor, body: bytes, headers: dict[str, str], words: str
) -> None:
    server = serve(answer(body, **headers))
    with pytest.raises(SourceError) as caught:
        network_for(server, settings=ONCE).get_json(f"{server.url}/things?token=hidden")
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{server.url}/things")
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (201, "HTTP 201"),
        (204, "not a whole answer"),
        (206, "not a whole answer"),
        (304, "HTTP 304"),
        (400, "HTTP 400"),
        (401, "asks for credentials"),
        (403, "asks for credentials"),
        (404, "has no such thing"),
        (410, "HTTP 410"),
        (500, "is not available (HTTP 500)"),
        (503, "is not available (HTTP 503)"),
    ],
)
def test_every_other_status_is_an_error(serve: Serve, network_for: NetworkFor, status: int, words: str) -> None:
    server = serve(answer([], status, content_length="" if status in (204, 304) else "2"))
    with pytest.raises(SourceError, match=words.replace("(", r"\(").replace(")", r"\)")):
        network_for(server, settings=ONCE).get_json(server.url)


def test_a_status_that_the_asker_understands_is_an_answer(serve: Serve, network_for: NetworkFor) -> None:
    server = serve(answer({"kind": "Status"}, 404))
    response = network_for(server).send(Request(server.url, statuses=frozenset({200, 404})))
    assert (response.status, response.json()) == (404, {"kind": "Status"})


def test_bytes_whose_end_is_not_told_are_refused(serve: Serve, network_for: NetworkFor) -> None:
    def close(asked: Asked) -> None:
        asked.connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\na: 1\nb: 2\n")

    server = serve(close)
    with pytest.raises(SourceError, match="does not say where its answer ends"):
        network_for(server, settings=ONCE).send(Request(server.url, accept="bytes"))


def test_what_may_pass_is_asked_again(serve: Serve, network_for: NetworkFor) -> None:
    def unsteady(asked: Asked) -> bytes | None:
        return {1: answer(status=503), 2: None, 3: answer(b"")}.get(len(server.asked), answer(TRUTH))

    server = serve(unsteady)
    network = network_for(server)
    assert network.get_json(server.url) == TRUTH
    assert len(server.asked) == 4
    assert network.report().hosts[server.authority].repetitions == 3


def test_the_same_question_is_asked_once_in_a_run_from_any_thread(serve: Serve, network_for: NetworkFor) -> None:
    def slow(asked: Asked) -> bytes:
        time.sleep(0.1)
        return answer(TRUTH)

    server = serve(slow)
    network = network_for(server)
    urls = [f"{server.url}/{number % 2}" for number in range(8)]
    assert network.concurrently(network.get_json, urls) == [TRUTH] * 8
    assert sorted(server.paths) == ["/0", "/1"]


def test_a_failure_is_remembered_as_well(serve: Serve, network_for: NetworkFor) -> None:
    server = serve(answer(status=404))
    network = network_for(server)
    for _ in range(2):
        with pytest.raises(SourceError):
            network.get_json(server.url)
    assert len(server.asked) == 1


def test_distinct_questions_are_asked_at_the_same_time(serve: Serve, network_for: NetworkFor) -> None:
    together = threading.Barrier(4, timeout=5)

    def wait(asked: Asked) -> bytes:
        together.wait()
        return answer(TRUTH)

    server = serve(wait)
    network = network_for(server)
    assert network.concurrently(network.get_json, [f"{server.url}/{n}" for n in range(4)]) == [TRUTH] * 4


def test_a_host_that_is_not_granted_is_not_asked(serve: Serve) -> None:
    server = serve(answer(TRUTH))
    with pytest.raises(SourceError, match="is not granted; if it is meant: gitopssets:network"):
        Network().get_json(server.url)
    assert not server.asked


def test_a_grant_is_for_one_port(serve: Serve, network_for: NetworkFor) -> None:
    server, other = serve(answer(TRUTH)), serve(answer(TRUTH))
    with pytest.raises(SourceError, match="is not granted"):
        network_for(server).get_json(other.url)


def test_plain_http_needs_to_be_allowed(serve: Serve) -> None:
    server = serve(answer(TRUTH))
    network = Network(NetworkSettings(hosts=[HostGrant(host=server.authority, private_addresses=True)]))
    with pytest.raises(SourceError, match="is asked without TLS"):
        network.get_json(server.url)


def test_a_private_address_needs_to_be_allowed_whatever_name_stands_for_it(serve: Serve) -> None:
    server = serve(answer(TRUTH))
    port = server.authority.partition(":")[2]
    for host in ("127.0.0.1", "localhost"):
        grant = HostGrant(host=f"{host}:{port}", allow_http=True)
        with pytest.raises(SourceError, match="is this machine itself; if it is meant, grant"):
            Network(NetworkSettings(hosts=[grant])).get_json(f"http://{host}:{port}/")
    assert not server.asked


def test_a_metadata_address_is_never_asked() -> None:
    grant = HostGrant(host="169.254.169.254", allow_http=True, private_addresses=True)
    with pytest.raises(SourceError, match="where clouds keep their metadata services"):
        Network(NetworkSettings(hosts=[grant])).get_json("http://169.254.169.254/latest/meta-data")


def test_offline_asks_nobody(serve: Serve, network_for: NetworkFor) -> None:
    server = serve(answer(TRUTH))
    with pytest.raises(SourceError, match="--offline allows no other machine"):
        network_for(server, offline=True).get_json(server.url)
    assert not server.asked


def test_a_redirect_on_the_same_host_is_followed(serve: Serve, network_for: NetworkFor) -> None:
    server = serve(lambda asked: answer(TRUTH) if asked.path == "/new" else answer(status=301, location="/new"))
    assert network_for(server).get_json(f"{server.url}/old") == TRUTH


def test_a_redirect_to_another_host_is_refused_even_if_it_is_granted(serve: Serve, network_for: NetworkFor) -> None:
    other = serve(answer(TRUTH))
    server = serve(answer(status=302, location=f"{other.url}/"))
    with pytest.raises(SourceError, match=r"redirects to http://127.0.0.1.*write the URL that is meant"):
        network_for(server, other).get_json(server.url)
    assert not other.asked


def test_a_circle_of_redirects_ends(serve: Serve, network_for: NetworkFor) -> None:
    server = serve(answer(status=302, location="/again"))
    with pytest.raises(SourceError, match="redirects more than 3 times"):
        network_for(server).get_json(server.url)
    assert len(server.asked) == 4


def test_where_other_hosts_are_allowed_they_get_no_proof(
    serve: Serve, network_for: NetworkFor, authority: Authority
) -> None:
    other = serve(answer(TRUTH), authority.context)
    server = serve(answer(status=307, location=f"{other.url}/blob"), authority.context)
    request = Request(server.url, secrets={"Private-Token": "hidden"}, redirects="granted", tls=Tls(ca=authority.ca))
    assert network_for(server, other).send(request).json() == TRUTH
    assert server.asked[0].headers["private-token"] == "hidden"
    assert "private-token" not in other.asked[0].headers
    with pytest.raises(SourceError, match="is not granted"):
        network_for(server).send(request)


def test_a_credential_goes_to_its_host_and_to_no_other(serve: Serve, network_for: NetworkFor) -> None:
    server, other = serve(answer(TRUTH)), serve(answer(TRUTH))
    known = {server.authority: Credential(username="me", password="hidden")}
    network = network_for(server, other, credentials=known)
    network.get_json(server.url)
    network.get_json(other.url)
    assert server.asked[0].headers["authorization"] == "Basic bWU6aGlkZGVu"
    assert "authorization" not in other.asked[0].headers


@pytest.mark.parametrize(
    ("credential", "token_header", "name", "value"),
    [
        (Credential(password="t"), "", "authorization", "Bearer t"),
        (Credential(password="t"), "PRIVATE-TOKEN", "private-token", "t"),
        (Credential(username="a", password="b"), "", "authorization", "Basic YTpi"),
    ],
)
def test_a_credential_is_shown_in_the_form_that_is_asked_for(
    serve: Serve, network_for: NetworkFor, credential: Credential, token_header: str, name: str, value: str
) -> None:
    server = serve(answer(TRUTH))
    network_for(server).send(Request(server.url, credential=credential, token_header=token_header))
    assert server.asked[0].headers[name] == value


def test_refused_credentials_are_told_from_missing_ones_and_never_shown(serve: Serve, network_for: NetworkFor) -> None:
    server = serve(answer(status=401))
    with pytest.raises(SourceError) as caught:
        network_for(server).send(Request(server.url, credential=Credential(password="hidden")))
    assert "refuses the credentials" in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_no_secret_goes_out_in_the_clear() -> None:
    network = Network(NetworkSettings(hosts=[HostGrant(host="example.com", allow_http=True)]))
    with pytest.raises(SourceError, match=r"is not sent to example.com over http; use https"):
        network.send(Request("http://example.com/", secrets={"X-Token": "hidden"}))


def test_only_the_given_authority_is_trusted(serve: Serve, network_for: NetworkFor, authority: Authority) -> None:
    server = serve(answer(TRUTH), authority.context)
    assert network_for(server).send(Request(server.url, tls=Tls(ca=authority.ca))).json() == TRUTH
    with pytest.raises(SourceError, match="is not trusted: "):
        network_for(server).get_json(server.url)
    with pytest.raises(SourceError, match="the CA certificates are not usable"):
        network_for(server).send(Request(server.url, tls=Tls(ca=b"nonsense")))
    assert network_for(server).send(Request(server.url, tls=Tls(verify=False))).json() == TRUTH


def test_a_server_without_tls_is_told_so(serve: Serve, network_for: NetworkFor) -> None:
    server = serve(answer(TRUTH))
    with pytest.raises(SourceError, match=r"speaks no usable TLS|cut the connection"):
        network_for(server, settings=ONCE).get_json(f"https://{server.authority}/")


def test_a_name_that_nobody_knows_is_told(network_for: NetworkFor) -> None:
    network = Network(NetworkSettings(hosts=[HostGrant(host="nowhere.invalid")], attempts=1))
    with pytest.raises(SourceError, match=r"the name nowhere.invalid is not known"):
        network.get_json("https://nowhere.invalid/")


def test_a_closed_port_is_told(serve: Serve, network_for: NetworkFor) -> None:
    with Server(lambda _: None) as server:
        authority, url = server.authority, server.url
    grant = HostGrant(host=authority, allow_http=True, private_addresses=True)
    with pytest.raises(SourceError, match="refuses the connection"):
        Network(NetworkSettings(hosts=[grant], attempts=1)).get_json(url)


def test_progress_and_report_show_no_query(serve: Serve, network_for: NetworkFor) -> None:
    server = serve(answer(TRUTH, x_ratelimit_remaining="41", x_ratelimit_limit="60"))
    told: list[str] = []
    network = network_for(server, progress=told.append)
    network.get_json(f"{server.url}/a?token=hidden")
    assert told == [f"asking {server.url}/a"]
    assert network.report().lines() == [f"{server.authority}: 1 request, 41 of 60 remain"]


def test_what_was_kept_is_asked_for_again_and_not_sent_again(
    serve: Serve, network_for: NetworkFor, tmp_path: Path
) -> None:
    def conditional(asked: Asked) -> bytes:
        if asked.headers.get("if-none-match") == '"1"':
            return answer(b"", 304, etag='"1"')
        return answer(TRUTH, etag='"1"')

    server = serve(conditional)
    folder = tmp_path / "cache"
    for _ in range(2):
        network = network_for(server, cache_dir=folder)
        assert network.get_json(server.url) == TRUTH
    assert network.report().lines() == [f"{server.authority}: 1 request, 1 unchanged"]
    assert folder.stat().st_mode & 0o777 == 0o700
    (entry,) = folder.iterdir()
    assert entry.stat().st_mode & 0o777 == 0o600


def test_who_asks_with_another_credential_gets_nothing_that_was_kept(
    serve: Serve, network_for: NetworkFor, tmp_path: Path
) -> None:
    server = serve(lambda asked: answer([asked.headers["authorization"]], etag='"same"'))
    for token in ("a", "b"):
        network = network_for(server, cache_dir=tmp_path / "cache")
        request = Request(server.url, credential=Credential(password=token))
        assert network.send(request).json() == [f"Bearer {token}"]
    assert all("if-none-match" not in asked.headers for asked in server.asked)
    assert all("Bearer" not in path.name for path in (tmp_path / "cache").iterdir())


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"headers": {}, "body": "", "digest": "0"}'])
def test_a_damaged_entry_is_as_good_as_none(
    serve: Serve, network_for: NetworkFor, tmp_path: Path, damage: bytes
) -> None:
    server = serve(answer(TRUTH, etag='"1"'))
    folder = tmp_path / "cache"
    network_for(server, cache_dir=folder).get_json(server.url)
    (entry,) = folder.iterdir()
    entry.write_bytes(damage)
    assert network_for(server, cache_dir=folder).get_json(server.url) == TRUTH
    assert "if-none-match" not in server.asked[1].headers


def test_a_folder_that_others_can_write_to_is_not_used(serve: Serve, network_for: NetworkFor, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    server = serve(answer(TRUTH, etag='"1"'))
    network_for(server, cache_dir=folder).get_json(server.url)
    assert not list(folder.iterdir())


def test_what_may_not_be_stored_is_not_kept(serve: Serve, network_for: NetworkFor, tmp_path: Path) -> None:
    server = serve(answer(TRUTH, etag='"1"', cache_control="private, no-store"))
    network_for(server, cache_dir=tmp_path / "cache").get_json(server.url)
    assert not (tmp_path / "cache").exists()
