"""Fetches the source of one distribution and unpacks it; executes nothing of it. Standard library only, runs on 3.9.

Run as `python -I -S fetch_source.py REQUEST` with one argument of JSON
    {"url": its address or null, "file": its path or null, "indexes": [addresses of package indexes (PEP 503)], "name", "version",
     "hashes": ["sha256:<hex>", …], none for any file, "into": a folder that is not there yet}
With neither address nor path, it is looked for in the indexes, one after the other, by name and version. In the end its one
folder is `into`. Passwords come from the file that NETRC names; they are sent to their host alone. What went wrong stands in the
last line, which begins with `error:`.
"""

import hashlib
import html.parser
import json
import netrc
import os
import re
import shutil
import sys
import tarfile
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from base64 import b64encode

TIMEOUT_SECONDS = 60
ENDINGS = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")


class Failed(Exception):
    pass


def main():
    request = json.loads(sys.argv[1])
    into = request["into"]
    try:
        with tempfile.TemporaryDirectory(dir=os.path.dirname(into)) as folder:
            file = request["file"] or download(request["url"] or find(request), folder)
            check(file, request["hashes"])
            unpacked = os.path.join(folder, "unpacked")
            os.mkdir(unpacked)
            unpack(file, unpacked)
            below = os.listdir(unpacked)
            alone = len(below) == 1 and os.path.isdir(os.path.join(unpacked, below[0]))
            os.rename(os.path.join(unpacked, below[0]) if alone else unpacked, into)
            if not alone:
                os.mkdir(unpacked)
    except (Failed, OSError, ValueError, EOFError, tarfile.TarError, zipfile.BadZipFile) as error:
        sys.exit(f"error: {request['name']} {request['version']} cannot be fetched: {error}")


def find(request):
    for index in request["indexes"]:
        address = f"{index.rstrip('/')}/{normalised(request['name'])}/"
        try:
            with open_address(address) as answer:
                page = Links()
                page.feed(answer.read().decode("utf-8", "replace"))
                for link in page.links:
                    found = urllib.parse.urljoin(answer.geturl(), link)
                    if is_wanted(found, request):
                        return found
        except Failed as failed:
            print(f"{index}: {failed}")
    raise Failed(f"there is no source distribution of it in {', '.join(request['indexes'])}")


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.links = []

    def handle_starttag(self, tag, attributes):
        if tag == "a":
            self.links.append(dict(attributes).get("href") or "")


def is_wanted(link, request):
    address = urllib.parse.urlsplit(link)
    name = urllib.parse.unquote(address.path.rpartition("/")[2])
    ending = next((each for each in ENDINGS if name.endswith(each)), None)
    if ending is None:
        return False
    project, _, version = name[: -len(ending)].rpartition("-")
    told = address.fragment.replace("=", ":", 1)
    if ":" in told and request["hashes"] and told not in request["hashes"]:
        return False
    return normalised(project) == normalised(request["name"]) and version == request["version"]


def normalised(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def download(address, folder):
    name = urllib.parse.unquote(urllib.parse.urlsplit(address).path.rpartition("/")[2]) or "source"
    file = os.path.join(folder, name)
    with open_address(address) as answer, open(file, "wb") as to:
        shutil.copyfileobj(answer, to)
        length = answer.headers.get("Content-Length")
        if length is not None and int(length) != to.tell():
            raise Failed(f"the connection was broken: end of file before message length ({address})")
    return file


def open_address(address):
    try:
        return opener.open(request_for(address), timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        kind = f"{error.code} Server Error" if error.code >= 500 else error
        raise Failed(f"{kind} ({address})") from error
    except urllib.error.URLError as error:
        raise Failed(f"Request failed: {error.reason} ({address})") from error
    except TimeoutError as error:
        raise Failed(f"timed out ({address})") from error


def request_for(address):
    parts = urllib.parse.urlsplit(address)
    if parts.scheme not in ("http", "https"):
        raise Failed(f"it is at an address of an unknown kind ({parts.scheme})")
    request = urllib.request.Request(address, headers={"Accept": "text/html, application/octet-stream;q=0.9, */*;q=0.1"})
    known = passwords(parts.hostname or "")
    if known:
        # Of this request alone: what it is redirected to is asked for anew.
        request.add_unredirected_header("Authorization", "Basic " + b64encode(":".join(known).encode()).decode())
    return request


class Redirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, request, file, code, message, headers, address):
        return request_for(address)


opener = urllib.request.build_opener(Redirects)


def passwords(host):
    file = os.environ.get("NETRC") or os.path.expanduser("~/.netrc")
    try:
        found = netrc.netrc(file).hosts.get(host)
    except (OSError, netrc.NetrcParseError):
        return None
    return (found[0], found[2] or "") if found else None


def check(file, hashes):
    if not hashes:
        return
    with open(file, "rb") as content:
        data = content.read()
    found = []
    for each in hashes:
        algorithm, _, wanted = each.partition(":")
        found.append(hashlib.new(algorithm, data).hexdigest())
        if found[-1] == wanted:
            return
    raise Failed(f"its hash is {found[0]}, and {' or '.join(hashes)} is expected")


def unpack(file, into):
    if file.endswith(".zip"):
        with zipfile.ZipFile(file) as archive:
            archive.extractall(into)  # it takes no path out of the folder
        return
    with tarfile.open(file) as archive:
        members = []
        for member in archive.getmembers():
            inside = [member.name]
            if member.issym():
                inside.append(os.path.join(os.path.dirname(member.name), member.linkname))
            elif member.islnk():
                inside.append(member.linkname)
            if any(leads_out(path) for path in inside) or not (member.isfile() or member.isdir() or member.issym() or member.islnk()):
                raise Failed(f"{member.name} in it leads out of its folder")
            members.append(member)
        if hasattr(tarfile, "data_filter"):
            archive.extractall(into, members, filter="data")
        else:
            archive.extractall(into, members)


def leads_out(path):
    return os.path.isabs(path) or os.path.normpath(path).split(os.sep)[0] == os.pardir


main()
