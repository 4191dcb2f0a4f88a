/** What `read` returns, or null where the bytes are damaged or above a limit: the rest of the file is still read. */
export function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
