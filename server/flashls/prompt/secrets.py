"""Where secrets are in a prompt's texts: as everywhere, ``text.secrets`` says."""

from flashls.text.secrets import find_secrets as find_secrets
from flashls.text.secrets import warm as warm
