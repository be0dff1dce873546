"""Where the environment lies whose interpreter runs this, started with -S: `site` would tell, and would run what was installed on the way (.pth files,
sitecustomize). Standard library only, runs on 3.9."""

import os
import sys
import sysconfig


def prefix():
    """`sys.prefix`, as `site` sets it."""
    folder = os.path.dirname(os.path.dirname(sys.executable))
    return folder if os.path.exists(os.path.join(folder, "pyvenv.cfg")) else sys.prefix


def site_packages(prefix):
    """Folders of what is installed in the virtual environment that lies there."""
    scheme = "venv" if "venv" in sysconfig.get_scheme_names() else "posix_prefix"
    places = {"base": prefix, "platbase": prefix}
    return sorted({sysconfig.get_path(kind, scheme, vars=places) for kind in ("purelib", "platlib")})
