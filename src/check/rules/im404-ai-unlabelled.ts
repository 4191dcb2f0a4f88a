import { defineRule } from './rule.js';

export const aiUnlabelled = defineRule({
  id: 'IM404',
  name: 'ai-unlabelled',
  title: 'Generated, and not labelled',
  level: 'warning',
  exit: 2,
  what: "The file shows that AI made or edited it (a generator's parameters or graph in its metadata, a watermark), but carries no label that other tools read: no digital source type in intact credentials or in XMP.",
  why: 'This is the image that somebody saved from a generator and committed. To a reader it looks like any other picture.',
  fix: 'Label and sign it: `imprint mark --source trainedAlgorithmicMedia`. If it should not be published at all, `forbid: [ai-generated]` says so.',
  file: ({ report }) => {
    if (report === null) return [];
    const { evidence, credentials } = report;
    const claims = evidence.filter(
      ({ claim }) => claim === 'ai-generated' || claim === 'ai-edited',
    );
    // What broken credentials say is told by the rules about them.
    const shows = claims.find(
      ({ strength, layer }) => strength !== 'hint' && layer !== 'credentials',
    );
    const labelled = claims.some(
      ({ id, layer }) =>
        id === 'metadata.digital-source-type' ||
        (layer === 'credentials' && credentials.integrity === 'intact'),
    );
    if (shows === undefined || labelled) return [];
    return [
      {
        message: `Generated and not labelled as such: ${shows.finding}`,
        code: shows.id,
        where: shows.where,
      },
    ];
  },
});
