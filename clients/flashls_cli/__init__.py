"""The command line: a thin client of ``flashls.app``, in process."""
