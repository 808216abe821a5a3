import { Type } from "typebox";
import { listProposals, proposalOf } from "../../store/proposals.ts";
import { DecideProposal, ProposalPage, ProposalQuery, ProposalView } from "../contract.ts";
import { decideProposal, unknownProposal } from "../decide-proposal.ts";
import { signedIn } from "../principal.ts";
import { proposalRow, proposalView } from "../proposal-view.ts";
import { answers, type RouteGroup } from "../route-group.ts";

const ProposalParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });

export const proposalRoutes: RouteGroup =
  ({ database, lanes }) =>
  async (app) => {
    app.get(
      "/api/proposals",
      {
        schema: {
          summary: "What production's figures call for, newest first",
          querystring: ProposalQuery,
          response: answers({ 200: ProposalPage }),
        },
      },
      async ({ query }) => {
        const { proposals, next } = await listProposals(database.pool, query);
        return { proposals: proposals.map(proposalRow), next };
      },
    );

    app.get(
      "/api/proposals/:id",
      {
        schema: {
          summary: "One proposal with its evidence and timeline",
          params: ProposalParams,
          response: answers({ 200: ProposalView }),
        },
      },
      async ({ params: { id } }) => {
        const proposal = await proposalOf(database.pool, id);
        if (proposal === null) throw unknownProposal(id);
        return proposalView(database.pool, proposal);
      },
    );

    app.post(
      "/api/proposals/:id/decision",
      {
        schema: {
          summary: "Approve or dismiss a proposal; an approved problem report is filed in the PLM",
          params: ProposalParams,
          body: DecideProposal,
          response: answers({ 200: ProposalView }),
        },
      },
      async (request) => {
        const answer = { ...request.params, ...request.body, by: signedIn(request).account };
        return proposalView(database.pool, await decideProposal(database, lanes, answer));
      },
    );
  };
