import { describe, expect, it } from 'vitest';
import { commandWords } from '../../src/cli/command-words.js';
import { UsageError } from '../../src/cli/exit.js';

describe('commandWords', () => {
  it.each([
    ['sign', ['sign']],
    ['  sign  --key  a.pem\t-x\n', ['sign', '--key', 'a.pem', '-x']],
    [`sign 'a b' "c d" e\\ f`, ['sign', 'a b', 'c d', 'e f']],
    [`sign a'b'"c"d`, ['sign', 'abcd']],
    [`sign ''`, ['sign', '']],
    [`sign 'it\\s' "say \\"hi\\"" "C:\\new"`, ['sign', 'it\\s', 'say "hi"', 'C:\\new']],
    [
      'sign $HOME *.pem | tee; id > x `id` ~',
      ['sign', '$HOME', '*.pem', '|', 'tee;', 'id', '>', 'x', '`id`', '~'],
    ],
  ])('%s', (text, words) => {
    expect(commandWords(text, '--signer-command')).toEqual(words);
  });

  it.each(['', '   ', `sign 'open`, 'sign "open', 'sign \\'])('refuses %j', (text) => {
    expect(() => commandWords(text, '--signer-command')).toThrow(UsageError);
  });
});
