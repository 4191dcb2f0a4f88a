/** Metadata in words. */
import type { Report } from '../../detect/index.js';
import type { NoteLine } from './words.js';

export function describeMetadata({ metadata, evidence }: Report): NoteLine[] {
  const about = evidence.filter(({ layer }) => layer === 'metadata').length;
  const { system, personal } = metadata;
  const shown = Array.isArray(personal);
  const hidden = shown ? personal.length : personal.redacted;
  const people =
    hidden === 0 ? '' : `, ${hidden} personal ${shown ? 'shown in --json and --html' : 'hidden'}`;
  const count = `${system.length} ${system.length === 1 ? 'field' : 'fields'}${people}`;
  return [
    {
      text: `${count}; ${about === 0 ? 'nothing about origin' : `${about} about origin`}`,
      level: 'plain',
    },
  ];
}
