"""A user of the operating system of its own for code of strangers that a build runs, and the folders that are given to it. Linux.

It is one of those that simulations run as, with the same boundary around it: their package comes with this app, beside this one.
"""

import os
import shutil
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "runner", "python"))


class NoUserLeft(Exception):
    """Others have them all: a moment later there may be one."""


class CannotBeTaken(Exception):
    """What it has left in a folder of its own is nothing that the app may have."""


class StepUser:
    """Nobody else has it, nothing runs as it, and it has left nothing.

    It is one from `first` to `last`, with `processes` and files of `file_bytes` at most, and without a network unless `network` or where the
    kernel does not allow that. It alone may enter `inside`, besides the app, where `folders` are and become its own, and there must be a way for it
    to each of `reaches`: by the steps `view` (own_view.py), without which it does not get to what `hidden` says. Raises OSError, with the reason in words, where a process cannot have a user of its own.
    """

    def __init__(self, first, last, processes, file_bytes, network, inside, folders, reaches, view, hidden):
        if not sys.platform.startswith("linux"):
            raise OSError("it takes Linux")
        from cold_functions.supervisor.users import Users, runs

        self._runs = runs
        self._view = view
        self._cwd = os.getcwd()
        free = []
        share = {"first": first, "last": last, "processes": processes, "file_bytes": file_bytes}
        self._users = Users(share, free.extend)
        self._users.open()
        if view and self._users.without_views:
            raise OSError(
                "%s, and here no process can be shown alone what it needs of that folder (mount namespaces: %s)"
                % (hidden, self._users.without_views)
            )
        self._users.lease(1)
        self._clean()
        if not free:
            raise NoUserLeft("all users from %d to %d are in use" % (first, last))
        self.number = free[0]
        self.has_network = network or not self._users.closes_network
        self._inside = inside
        self._folders = folders
        self._users.begin(self.number)
        os.chown(inside, -1, self.number)
        os.chmod(inside, 0o710)
        for folder in folders:
            for path in below(folder):
                os.lchown(path, self.number, self.number)
        out_of_reach = self._out_of_reach(reaches)
        if out_of_reach is not None:
            self.take_over()
            raise OSError("%s is out of reach for other users" % out_of_reach)

    def become(self):
        """To be called in the process that is to be the user's."""
        from cold_functions.own_view import see

        view = self._users.view(self._view)
        if view:
            see(view)
            os.chdir(self._cwd)
        self._users.become(self.number, self.has_network)

    def take_over(self):
        """What is in its folders is the app's from now on. To be called when it has run; raises CannotBeTaken, and nothing is left in them then."""
        self._users.end(self.number)
        self._clean()
        try:
            if self._runs(self.number):
                raise CannotBeTaken("user %d could not be ended" % self.number)
            for folder in self._folders:
                for path in below(folder):
                    take(path, self.number)
            os.chmod(self._inside, 0o700)
            os.chown(self._inside, -1, os.getegid())
        except (CannotBeTaken, OSError) as error:
            # Of the operating system: it takes any depth of folders.
            subprocess.run(["rm", "-rf", "--", *self._folders], check=True)
            raise CannotBeTaken(str(error)) from error

    def _clean(self):
        """What users left, dead ones of other supervisors among them."""
        while self._users.cleaning:
            for pid in self._users.cleaning:
                self._users.reaped(*os.waitpid(pid, 0))

    def _out_of_reach(self, paths):
        """The first that the user does not get to; None when it gets to all."""
        trial = os.fork()
        if trial == 0:
            found = len(paths)
            try:
                self.become()
                found = next((at for at, path in enumerate(paths) if not is_reached(path)), found)
            finally:
                os._exit(found)
        found = os.WEXITSTATUS(os.waitpid(trial, 0)[1])
        return None if found == len(paths) else paths[found]


def is_reached(path):
    """A file that can be executed, or a folder that can be entered; without a slash, a command on PATH."""
    return os.access(path, os.X_OK) if os.sep in path else shutil.which(path) is not None


def below(folder):
    """It, and all that is in it, a folder before what is in it. No link is followed."""
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        yield path
        if stat.S_ISDIR(os.lstat(path).st_mode):
            waiting += [os.path.join(path, name) for name in os.listdir(path)]


def take(path, user):
    """Nothing runs as the user: what is looked at here is what is taken."""
    facts = os.lstat(path)
    kind = facts.st_mode
    if facts.st_uid != user:
        raise CannotBeTaken("it has left %s, another name of a file of somebody else's" % path)
    if not (stat.S_ISDIR(kind) or stat.S_ISREG(kind) or stat.S_ISLNK(kind)):
        raise CannotBeTaken("it has left %s, a pipe, a socket or a device" % path)
    if stat.S_ISREG(kind) and kind & (stat.S_ISUID | stat.S_ISGID):
        raise CannotBeTaken("it has left %s, which would run as its owner or group, whoever starts it (setuid)" % path)
    os.lchown(path, os.geteuid(), os.getegid())
    if not stat.S_ISLNK(kind):
        os.chmod(path, 0o755 if stat.S_ISDIR(kind) or kind & stat.S_IXUSR else 0o644)
