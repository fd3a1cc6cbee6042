"""People of an organisation who may be one."""
