export { toJson } from '../../core/index.js';
