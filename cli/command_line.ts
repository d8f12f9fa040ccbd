import type { AgentFlags, CollectorFlags, SubmitFlags } from "./agent/options.ts";
import type { ArchiveFlags } from "./command_options.ts";
import type { ControlCommand, ControlFlags } from "./control_commands.ts";
import type { ImportFlags } from "./import_options.ts";
import type { InspectFlags, ScriptFlags, TargetFlags } from "./options.ts";
import type { NatsConfigFlags } from "./nats_config/options.ts";
import type { DashFlags, ReportFlags } from "./page/options.ts";
import type { ParserFlags } from "./parser/options.ts";
import type { AgentsFlags, AttachFlags } from "./pool/options.ts";
import type { QuickFlags } from "./quick_options.ts";
import type { RecordFlags } from "./record_options.ts";
import type { CompareFlags, RunsFlags } from "./results_options.ts";
import type { ServeFlags } from "./serve_options.ts";
import type { StressFlags } from "./stress_options.ts";

/** What a command line asks for. */
export type CommandLine =
  | { readonly command: "help"; readonly text: string }
  | { readonly command: "version" }
  | {
    readonly command: "quick";
    /** Undefined only with `--urls`. */
    readonly url: string | undefined;
    readonly flags: QuickFlags;
  }
  | {
    readonly command: "run" | "check" | "perms";
    readonly script: string;
    readonly flags: ScriptFlags;
  }
  | { readonly command: "inspect"; readonly script: string; readonly flags: InspectFlags }
  | { readonly command: "archive"; readonly script: string; readonly flags: ArchiveFlags }
  | { readonly command: "runs"; readonly run: string | undefined; readonly flags: RunsFlags }
  | { readonly command: "report"; readonly run: string | undefined; readonly flags: ReportFlags }
  | { readonly command: "dash"; readonly run: string | undefined; readonly flags: DashFlags }
  | {
    readonly command: "compare";
    readonly before: string | undefined;
    readonly after: string | undefined;
    readonly flags: CompareFlags;
  }
  | { readonly command: "init"; readonly folder: string }
  | { readonly command: "import"; readonly input: string; readonly flags: ImportFlags }
  | { readonly command: "record"; readonly flags: RecordFlags }
  | { readonly command: "completion"; readonly shell: string }
  | { readonly command: ControlCommand; readonly flags: ControlFlags }
  | { readonly command: "agent"; readonly flags: AgentFlags }
  | { readonly command: "agents"; readonly flags: AgentsFlags }
  | { readonly command: "attach"; readonly run: string; readonly flags: AttachFlags }
  | { readonly command: "nats-config"; readonly flags: NatsConfigFlags }
  | { readonly command: "submit"; readonly flags: SubmitFlags }
  | { readonly command: "collector"; readonly flags: CollectorFlags }
  | { readonly command: "serve"; readonly component: string; readonly flags: ServeFlags }
  | { readonly command: "stress"; readonly file: string; readonly flags: StressFlags }
  | {
    readonly command: "parser";
    readonly action: string;
    readonly path: string;
    readonly flags: ParserFlags;
  }
  | { readonly command: "target"; readonly flags: TargetFlags };
