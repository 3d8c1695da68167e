"""Where private keys are in a prompt's texts: as everywhere, ``text.keyblocks`` says."""

from flashls.text.keyblocks import LONGEST_KEY as LONGEST_KEY
from flashls.text.keyblocks import in_key_block as in_key_block
