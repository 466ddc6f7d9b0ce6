import { printData } from "../terminal.ts";

export const shells = ["bash", "zsh", "fish"] as const;

/** Values come one a line, each with a tab and what it is; `:files` means that a file is meant. */
const scripts: Readonly<Record<(typeof shells)[number], string>> = {
  bash: `# Completes workflows in bash.
_workflows() {
  local i line part reply word words=() left=\${COMP_LINE:0:COMP_POINT}
  # Bash takes words apart at = and :, and completes what is behind; the program takes them whole.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    if [[ $i == 0 || $left == [[:space:]]* ]]; then words+=(""); fi
    left=\${left#"\${left%%[![:space:]]*}"}
    part=\${COMP_WORDS[i]}
    if [[ $i == "$COMP_CWORD" ]]; then part=$left; fi
    words[\${#words[@]}-1]+=$part
    left=\${left#"$part"}
  done
  word=\${words[\${#words[@]}-1]}
  if [[ $part == [=:] ]]; then part=; fi
  reply=$("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null) || return
  COMPREPLY=()
  if [ "$reply" = ":files" ]; then
    compopt -o filenames 2>/dev/null
    reply=$(compgen -f -- "$word")
  fi
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    if [ -n "$line" ]; then COMPREPLY+=("\${line#"\${word%"$part"}"}"); fi
  done <<< "$reply"
}
complete -F _workflows workflows`,
  zsh: `#compdef workflows
# Completes workflows in zsh.
_workflows() {
  local line reply
  local -a values about
  reply=$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null) || return
  if [[ $reply == ":files" ]]; then
    _files
    return
  fi
  for line in "\${(@f)reply}"; do
    [[ -n $line ]] || continue
    values+=("\${line%%$'\\t'*}")
    about+=("\${line/$'\\t'/  }")
  done
  compadd -l -d about -a values
}
if [[ \${funcstack[1]} == _workflows ]]; then
  _workflows "$@"
elif (( $+functions[compdef] )); then
  compdef _workflows workflows
fi`,
  fish: `# Completes workflows in fish.
function __workflows_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l reply ($words[1] complete -- $words[2..-1] 2>/dev/null)
    if test "$reply" = ":files"
        __fish_complete_path (commandline -ct)
        return
    end
    printf '%s\\n' $reply
end
complete -c workflows -f -a '(__workflows_complete)'`,
};

export function printScript(shell: (typeof shells)[number]): number {
  printData(scripts[shell]);
  return 0;
}
