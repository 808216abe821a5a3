/** An export of 100,000 lines is some 10 MiB; what is far larger is no BOM and would only hold up the hub. */
export const FILE_BYTES_MAX = 32 * 1024 * 1024;
export const UNPACKED_BYTES_MAX = 128 * 1024 * 1024;
export const ROWS_MAX = 200_000;
export const COLUMNS_MAX = 500;
/** A wrong mapping makes every row wrong; nobody reads more than the first of them. */
export const FLAWS_MAX = 100;
/** The header row stands among the first rows, below a title at most. */
export const HEADER_ROWS_MAX = 100;
