import type { CompletedWords } from './completed-words.js';

export type Shell = 'bash' | 'zsh' | 'fish';

/** Prints `last` and the names of jobs; nothing where storage does not answer. */
const jobNames = 'mops-cold jobs --names 2>/dev/null';

/** A script that a shell sources, which then completes without starting anything but, where a job is named, what lists jobs. What it does not know is completed as a file. */
export function completionScript(shell: Shell, words: CompletedWords): string {
  return { bash: () => bash(words), zsh: () => zsh(words), fish: () => fish(words) }[shell]();
}

/** Up to two verbs, as in `bundle push`: the longest that is known counts. */
function bash(words: CompletedWords): string {
  return `${choose(words)}
_mops_cold() {
  local current="\${COMP_WORDS[COMP_CWORD]}"
  local path="" word jobs="" verbs=0
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ "$word" == -* ]] && break
    [[ -n "$(_mops_cold_words "\${path:+$path }$word")" ]] || break
    path="\${path:+$path }$word"
    verbs=$((verbs + 1))
  done
  if [[ "$current" != -* ]] && ((COMP_CWORD - verbs <= $(_mops_cold_jobs "$path"))); then
    jobs="$(${jobNames})"
  fi
  mapfile -t COMPREPLY < <(compgen -W "$(_mops_cold_words "$path") $jobs" -- "$current")
}
complete -o default -F _mops_cold mops-cold`;
}

function zsh(words: CompletedWords): string {
  return `#compdef mops-cold
${choose(words)}
_mops_cold() {
  local path_so_far="" word verbs=0
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ "$word" == -* ]] && break
    [[ -n "$(_mops_cold_words "\${path_so_far:+$path_so_far }$word")" ]] || break
    path_so_far="\${path_so_far:+$path_so_far }$word"
    verbs=$((verbs + 1))
  done
  if ((CURRENT - 1 - verbs <= $(_mops_cold_jobs "$path_so_far"))); then
    compadd -- \${(f)"$(${jobNames})"}
  fi
  compadd -- \${=$(_mops_cold_words "$path_so_far")}
  _files
}
compdef _mops_cold mops-cold`;
}

function fish(words: CompletedWords): string {
  const lines = [...words].map(([path, { words: known, jobs }]) => {
    const verbs = path.split(' ').filter(Boolean);
    const others = known.filter((word) => !word.startsWith('-')).join(' ');
    const seen = verbs.map((verb) => `__fish_seen_subcommand_from ${verb}`).join('; and ');
    const when =
      verbs.length === 0
        ? '__fish_use_subcommand'
        : `${seen}${others === '' ? '' : `; and not __fish_seen_subcommand_from ${others}`}`;
    const long = known.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
    return [
      ...(others === '' ? [] : [`complete -c mops-cold -n '${when}' -f -a '${others}'`]),
      ...(jobs === 0
        ? []
        : [
            `complete -c mops-cold -n '${when}; and test (count (commandline -opc)) -le ${verbs.length + jobs}' -f -a '(${jobNames})'`,
          ]),
      ...long.map((name) => `complete -c mops-cold -n '${when}' -l ${name}`),
    ].join('\n');
  });
  return lines.join('\n');
}

/** Functions of bash and zsh that print what may follow, and how many jobs. */
function choose(words: CompletedWords): string {
  const chosen = (name: string, of: (known: { words: string[]; jobs: number }) => string) => {
    const cases = [...words].map(([path, known]) => `    '${path}') echo '${of(known)}' ;;`);
    return `${name}() {\n  case "$1" in\n${cases.join('\n')}\n  esac\n}`;
  };
  return [
    chosen('_mops_cold_words', ({ words: known }) => known.join(' ')),
    chosen('_mops_cold_jobs', ({ jobs }) => String(jobs)),
  ].join('\n');
}
