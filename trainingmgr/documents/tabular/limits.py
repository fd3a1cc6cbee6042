"""How large a table may be before it is refused unread."""

MAX_ROWS = 20_200  # 20,000 people, and what stands above and below them
MAX_COLUMNS = 200
MAX_SHEETS = 30
MAX_CELL = 32_767  # as in a spreadsheet program

MAX_ZIP_ENTRIES = 2_000
MAX_UNPACKED = 128 * 1024 * 1024
# A sheet of equal rows packs about 40 to 1; what packs better over a whole megabyte is a bomb.
MAX_RATIO = 300

CHILD_MEMORY = 768 * 1024 * 1024
CHILD_SECONDS = 20
