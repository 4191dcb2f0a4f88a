import { defineRule, reported } from './rule.js';

export const ingredientBroken = defineRule({
  id: 'IM204',
  name: 'ingredient-broken',
  title: 'Broken ingredient',
  level: 'warning',
  exit: 2,
  what: 'The image was made from a file whose own credentials fail, by what its signer wrote down or by what is found today. The outer signature is about the result, not about that earlier state.',
  why: 'A broken history can hide where an image comes from.',
  fix: 'Do not rely on what the ingredient claims; make the image again from an intact original.',
  file: (subject) => reported(subject, 'IM204'),
});
