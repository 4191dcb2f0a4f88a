/** CLIP's byte-pair encoding from vocab.json and merges.txt, which is all that most folders have. */
import { Tokenizer } from '@huggingface/tokenizers';
import { errorMessage } from '../../../core/index.js';
import type { ModelFolder } from '../../../onnx/index.js';
import { badFolder, readConfig } from './configs.js';
import type { Config } from './configs.js';

/** The library's published types do not resolve under NodeNext; this is the part that is used. */
interface EncodesText {
  encode(text: string): { ids: number[] };
}
const TextTokenizer = Tokenizer as unknown as new (json: object, config: object) => EncodesText;

/** The pattern of openai/CLIP's simple_tokenizer.py. */
const WORDS = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";
const LENGTH = 77;

export interface ClipTokenizer {
  /** Ids that one call of the encoder reads, both marks included. */
  readonly length: number;
  readonly bos: number;
  readonly eos: number;
  readonly pad: number;
  /** Without marks, of any length. */
  encode(text: string): number[];
}

/** @throws GenerateError GENERATE_PIPELINE_INVALID, OnnxError ONNX_MODEL_MISSING */
export async function readClipTokenizer(folder: ModelFolder, part: string): Promise<ClipTokenizer> {
  const config = (await readConfig(folder, `${part}/tokenizer_config.json`)) ?? {};
  const special = (await readConfig(folder, `${part}/special_tokens_map.json`)) ?? {};
  const model = await bpeOf(folder, part);
  const id = (name: string, fallback: string): number => {
    const token = tokenText(special[name]) ?? tokenText(config[name]) ?? fallback;
    const found = model.vocab[token];
    if (Number.isSafeInteger(found)) return found as number;
    throw badFolder(folder, `${part}/vocab.json lacks the ${name} "${token}"`);
  };
  const eos = id('eos_token', '<|endoftext|>');
  let tokenizer: EncodesText;
  try {
    // No added tokens: a user's "<|endoftext|>" is thirteen characters and not a control token.
    tokenizer = new TextTokenizer(
      {
        version: '1.0',
        truncation: null,
        padding: null,
        added_tokens: [],
        normalizer: {
          type: 'Sequence',
          normalizers: [
            { type: 'NFC' },
            { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
            { type: 'Lowercase' },
          ],
        },
        pre_tokenizer: {
          type: 'Sequence',
          pretokenizers: [
            { type: 'Split', pattern: { Regex: WORDS }, behavior: 'Removed', invert: true },
            { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
          ],
        },
        post_processor: null,
        decoder: null,
        model: {
          type: 'BPE',
          dropout: null,
          unk_token: '<|endoftext|>',
          continuing_subword_prefix: '',
          end_of_word_suffix: '</w>',
          fuse_unk: false,
          ...model,
        },
      },
      {},
    );
    tokenizer.encode('a');
  } catch (cause) {
    throw badFolder(folder, `${part} is no CLIP tokenizer: ${errorMessage(cause)}`, cause);
  }
  const length = config['model_max_length'];
  return {
    length: typeof length === 'number' && length >= 3 && length <= 4096 ? length : LENGTH,
    bos: id('bos_token', '<|startoftext|>'),
    eos,
    pad: 'pad_token' in special || 'pad_token' in config ? id('pad_token', '<|endoftext|>') : eos,
    encode: (text) => tokenizer.encode(text).ids,
  };
}

interface Bpe {
  readonly vocab: Config;
  readonly merges: readonly string[];
}

async function bpeOf(folder: ModelFolder, part: string): Promise<Bpe> {
  const vocab = await readConfig(folder, `${part}/vocab.json`);
  const merges = await folder.readText(`${part}/merges.txt`);
  if (vocab !== undefined && merges !== undefined) {
    const lines = merges.split('\n').map((line) => line.replace(/\r$/, ''));
    return { vocab, merges: lines.filter((line) => line !== '' && !line.startsWith('#version')) };
  }
  const json = await readConfig(folder, `${part}/tokenizer.json`);
  const model = json?.['model'] as { vocab?: unknown; merges?: unknown } | undefined;
  if (isRecord(model?.vocab) && Array.isArray(model.merges)) {
    const pairs = model.merges as (string | string[])[];
    return {
      vocab: model.vocab,
      merges: pairs.map((pair) => (Array.isArray(pair) ? pair.join(' ') : pair)),
    };
  }
  throw badFolder(folder, `${part} has neither vocab.json and merges.txt nor tokenizer.json`);
}

/** A token as text or as `{ "content": ... }`. */
function tokenText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const content = isRecord(value) ? value['content'] : undefined;
  return typeof content === 'string' ? content : undefined;
}

function isRecord(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
