/** Names of files that the disk has and Node cannot say. */

/** What Node puts in names for bytes that are no UTF-8: such a name leads nowhere, or to another file that bears the character itself. */
const REPLACEMENT = '\ufffd';

export const isMisread = (name: string): boolean => name.includes(REPLACEMENT);

/** What is told of it, after the name. */
export const MISREAD_NAME = 'its name is not UTF-8, or holds U+FFFD: rename it';
