/** The extensions that the profile speaks of, RFC 5280 section 4.2.1. */
import { DER_TAG, decodeChildren } from '../der.js';
import type { DerNode } from '../der.js';
import { EXTENSION } from './oids.js';
import { expectTag, oidOf, readStrict, sequenceOf, smallIntegerOf } from './reader.js';

/** Bits of KeyUsage, section 4.2.1.3, in their order. */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** DER inside the OCTET STRING. */
  readonly value: Uint8Array;
}

/** What the extensions say; null where one is absent. */
export interface ExtensionFacts {
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | null } | null;
  readonly keyUsage: ReadonlySet<KeyUsage> | null;
  /** Extended key usages as dotted OIDs. */
  readonly purposes: readonly string[] | null;
  readonly subjectKeyId: Uint8Array | null;
  /** `keyId` is null where the issuer is named in another way. */
  readonly authorityKeyId: { readonly keyId: Uint8Array | null } | null;
  /** OIDs of extensions above whose content cannot be read. */
  readonly unreadable: readonly string[];
}

const BIT_STRING = 0x03;

export function readExtensions(list: DerNode): Extension[] {
  return sequenceOf(list, 'the list of extensions').map((node) => {
    const [oid, ...rest] = sequenceOf(node, 'an extension');
    const flag = rest.length === 2 ? expectTag(rest[0], DER_TAG.boolean, 'critical') : null;
    if (rest.length < 1 || rest.length > 2 || (flag !== null && flag.content.length !== 1)) {
      throw new RangeError('an extension is not of the form of RFC 5280');
    }
    return {
      oid: oidOf(oid, 'an extension'),
      critical: flag !== null && flag.content[0] !== 0,
      value: expectTag(rest.at(-1), DER_TAG.octetString, 'an extension').content,
    };
  });
}

function readBasicConstraints(value: Uint8Array): ExtensionFacts['basicConstraints'] {
  const parts = sequenceOf(readStrict(value), 'basicConstraints');
  const flag = parts[0]?.tag === DER_TAG.boolean ? parts.shift()! : null;
  return {
    ca: flag !== null && flag.content[0] !== 0,
    pathLength: parts.length === 0 ? null : smallIntegerOf(parts[0], 'pathLenConstraint'),
  };
}

function readKeyUsage(value: Uint8Array): ReadonlySet<KeyUsage> {
  const { content } = expectTag(readStrict(value), BIT_STRING, 'keyUsage');
  if (content.length < 1 || content.length > 3) throw new RangeError('keyUsage is out of range');
  const bit = (index: number): boolean =>
    ((content[1 + (index >> 3)] ?? 0) & (0x80 >> (index & 7))) !== 0;
  return new Set(KEY_USAGES.filter((_, index) => bit(index)));
}

function readAuthorityKeyId(value: Uint8Array): ExtensionFacts['authorityKeyId'] {
  const parts = sequenceOf(readStrict(value), 'authorityKeyIdentifier');
  return { keyId: parts.find((part) => part.tag === 0x80)?.content ?? null };
}

/** Each at most once: of one that stands twice the first counts, and a rule of its own says so. */
export function readFacts(extensions: readonly Extension[]): ExtensionFacts {
  const unreadable: string[] = [];
  const read = <T>(oid: string, parse: (value: Uint8Array) => T): T | null => {
    const found = extensions.find((extension) => extension.oid === oid);
    if (found === undefined) return null;
    try {
      return parse(found.value);
    } catch {
      unreadable.push(oid);
      return null;
    }
  };
  return {
    basicConstraints: read(EXTENSION.basicConstraints, readBasicConstraints),
    keyUsage: read(EXTENSION.keyUsage, readKeyUsage),
    purposes: read(EXTENSION.extendedKeyUsage, (value) =>
      sequenceOf(readStrict(value), 'extKeyUsage').map((node) => oidOf(node, 'extKeyUsage')),
    ),
    subjectKeyId: read(
      EXTENSION.subjectKeyIdentifier,
      (value) => expectTag(readStrict(value), DER_TAG.octetString, 'subjectKeyIdentifier').content,
    ),
    authorityKeyId: read(EXTENSION.authorityKeyIdentifier, readAuthorityKeyId),
    unreadable,
  };
}

/** The children of `[3] EXPLICIT`, which holds one SEQUENCE. */
export function readExtensionField(field: DerNode | undefined): Extension[] {
  if (field === undefined) return [];
  const inner = decodeChildren(field.content);
  if (inner.length !== 1) throw new RangeError('the extensions are not one list');
  return readExtensions(inner[0]!);
}
