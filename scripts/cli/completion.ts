import { type Argument, type Command, commands, type Flag } from './exit-codes.ts';

type Shell = 'bash' | 'zsh' | 'fish';
const table: readonly (readonly [string, Command])[] = Object.entries(commands);

/** A completion script, made from the command table. */
export const completionScript = (shell: Shell): string => scripts[shell]();

const choicesOf = (argument: Argument): readonly string[] => argument.choices ?? [];
const flagsOf = ({ flags }: Command): readonly (readonly [string, Flag])[] => [...Object.entries(flags), ['help', help]];
const help = { type: 'boolean', doc: 'show the manual of the command' } as const satisfies Flag;
/** Flags with a value: after one of them a value is due, which may be a file. */
const valued = (command: Command) => flagsOf(command).filter(([, { type }]) => type !== 'boolean');

/** Completes the words of a command; an argument is the n-th word that is no flag and no value of one. */
const bash = () => `# Completion of leyenda for bash; made by: leyenda completion bash
_leyenda() {
  # Not COMP_WORDS: bash takes NAME@sha256:… apart into several words.
  local line="\${COMP_LINE:0:COMP_POINT}"
  local -a words=() choices=()
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  local last=$((\${#words[@]} - 1))
  local current="\${words[last]}" previous="\${words[last - 1]}" command="\${words[1]}"
  local flags="" valued="" position=0 word i
  if ((last == 1)); then
    mapfile -t COMPREPLY < <(compgen -W "${table.map(([name]) => name).join(' ')} --help" -- "$current")
    return
  fi
  case "$command" in
${table.map(bashCase).join('\n')}
    *) return ;;
  esac
  if [[ " $valued " == *" $previous "* ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    return
  fi
  if [[ "$current" == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$current")
    return
  fi
  for ((i = 2; i < last; i++)); do
    word="\${words[i]}"
    if [[ " $valued " == *" $word "* ]]; then ((i++)); elif [[ "$word" != -* ]]; then ((position++)); fi
  done
  mapfile -t COMPREPLY < <(compgen -W "\${choices[position]:-}" -- "$current")
}
complete -F _leyenda leyenda`;

const bashCase = ([name, command]: readonly [string, Command]): string => {
  const words = (flags: readonly (readonly [string, Flag])[]) => flags.map(([flag]) => `--${flag}`).join(' ');
  const choices = Object.values(command.args).map((argument) => `"${choicesOf(argument).join(' ')}"`);
  return `    ${name}) flags="${words(flagsOf(command))}" valued="${words(valued(command))}" choices=(${choices.join(' ')}) ;;`;
};

/** In single quotes, where nothing is special but the quote itself. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const zsh = () => `#compdef leyenda
# Completion of leyenda for zsh; made by: leyenda completion zsh
_leyenda() {
  local -a commands=(
${table.map(([name, { summary }]) => `    ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`).join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command="\${words[2]}"
  shift words
  ((CURRENT--))
  case "$command" in
${table.map(zshCase).join('\n')}
  esac
}
if [[ "\${funcstack[1]}" == _leyenda ]]; then _leyenda "$@"; else compdef _leyenda leyenda; fi`;

const zshCase = ([name, command]: readonly [string, Command]): string => {
  const doc = (text: string) => text.replaceAll(/[[\]:\\]/g, '\\$&');
  const flags = flagsOf(command).map(([flag, { doc: text, type }]) =>
    quoted(`--${flag}[${doc(text)}]${type === 'boolean' ? '' : `:${type}:_files`}`),
  );
  const args = Object.entries(command.args).map(([argument, spec], i) =>
    quoted(`${i + 1}${spec.default === undefined ? '' : ':'}:${argument}:(${choicesOf(spec).join(' ')})`),
  );
  return `    ${name}) _arguments ${[...flags, ...args].join(' ')} ;;`;
};

const fish = () =>
  [
    '# Completion of leyenda for fish; made by: leyenda completion fish',
    'complete -c leyenda -f',
    ...table.map(([name, { summary }]) => `complete -c leyenda -n __fish_use_subcommand -a ${name} -d ${fishQuoted(summary)}`),
    ...table.flatMap(([name, command]) => {
      const when = `-n '__fish_seen_subcommand_from ${name}'`;
      const choices = [...new Set(Object.values(command.args).flatMap(choicesOf))];
      return [
        ...(choices.length > 0 ? [`complete -c leyenda ${when} -a ${fishQuoted(choices.join(' '))}`] : []),
        ...flagsOf(command).map(
          ([flag, { doc, type }]) => `complete -c leyenda ${when} -l ${flag}${type === 'boolean' ? '' : ' -rF'} -d ${fishQuoted(doc)}`,
        ),
      ];
    }),
  ].join('\n');
/** Of single quotes fish knows \\\\ and \\'. */
const fishQuoted = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;

const scripts: Readonly<Record<Shell, () => string>> = { bash, zsh, fish };
