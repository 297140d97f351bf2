"""What a browser says of its cookies."""

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.sansio.http import parse_cookie
from werkzeug.utils import cached_property


class CookieRequest(Request):
    """A request that finds its cookies at once; the library goes through all headers for them."""

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        found = parse_cookie(self.environ.get("HTTP_COOKIE"), cls=self.dict_storage_class)
        return ImmutableMultiDict(found)
