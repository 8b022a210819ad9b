import { mathml } from '../../dist/equation/mathml.js';
import { parse } from '../../dist/equation/parse.js';
import { mathmlOfTex } from './tex.mjs';

/** Has Markdown typeset what is mathematics: `$…$`, fences of `math`, and above fences of `equation` what they say. */
export function typeset(markdown) {
  markdown.inline.ruler.before('escape', 'math', (state, silent) => {
    const [all, tex] = /^\$([^\s$](?:[^$`]*[^\s$`])?)\$(?!\d)/.exec(state.src.slice(state.pos)) ?? [];
    if (all === undefined) return false;
    if (!silent) state.push('html_inline', '', 0).content = mathmlOfTex(tex, false);
    state.pos += all.length;
    return true;
  });
  const fence = markdown.renderer.rules.fence;
  markdown.renderer.rules.fence = (tokens, index, ...rest) => {
    const { info, content } = tokens[index];
    const [language] = info.split(' ');
    if (language === 'math') return `<div class="math">${mathmlOfTex(content, true)}</div>\n`;
    const code = fence(tokens, index, ...rest);
    return language === 'equation' ? `<div class="math">${mathml(parse(content, 'docs'))}</div>\n${code}` : code;
  };
}
