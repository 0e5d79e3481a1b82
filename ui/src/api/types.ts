/* What the API answers, under the names the desk uses (contract.ts). A member that is not known is absent. */
import type { Schemas } from './contract';

export type Role = Schemas['Role'];
export type Ask = Schemas['Ask'];
export type Outcome = Schemas['Outcome'];
export type CaseState = Schemas['CaseState'];
export type Time = Schemas['Time'];

export type Session = Schemas['Session'];
export type Methods = Schemas['Methods'];
export type ProblemBody = Partial<Schemas['Problem']>;

export type Board = Schemas['Board'];
export type NowRow = Schemas['BoardRow'];
export type Urgency = NowRow['urgency'];

export type Request = Schemas['Request'];
export type Document = Schemas['Document'];
export type Identity = NonNullable<Request['subject']>;
export type Answer = Schemas['Answer'];
export type Proposal = Schemas['Proposal'];
export type Duty = Schemas['Duty'];
export type Notice = Schemas['Notice'];
export type Alert = Schemas['Alert'];
export type Candidate = Schemas['Candidate'];
export type CaseHead = Schemas['CaseRow'];
export type Match = CaseHead['match'];
export type Case = Schemas['Case'];
export type Decision = NonNullable<Case['decision']>;
export type DecisionAsk = Decision['asks'][number];
export type TimelineEvent = Schemas['CaseEvent'];
export type Trace = Schemas['CaseTrace'];
export type PolicyTable = Schemas['Table'];
export type TableRule = Schemas['Rule'];

export type Charge = Schemas['Charge'];
export type Booking = Schemas['Booking'];
export type BookingRow = Schemas['BookingRow'];
export type Reported = Schemas['Reported'];
export type Agency = Schemas['Agency'];
export type Address = Schemas['Address'];
export type Person = Schemas['Person'];
export type Token = Schemas['Token'];
export type Scope = Schemas['Scope'];

export type { Compared, MixRow, Share, Trend, TrendMonth, TrendSide } from './figures';
