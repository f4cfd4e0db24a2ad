// SPDX-License-Identifier: Apache-2.0
import HTTP
package import Routing

extension ProblemKind {
    package static let chainRole = ProblemKind(
        "chain-role",
        .unprocessableContent,
        "Chain role",
        "Customers of these roles are not linked so; `allowed` lists the roles that are."
    )
    package static let chainCycle = ProblemKind(
        "chain-cycle",
        .unprocessableContent,
        "Chain cycle",
        "A customer would come to stand behind itself in the chain; `chain` is the customers from "
            + "the one that was named up to it. Allowed is whoever does not stand before it."
    )

    package static let chains: [ProblemKind] = [chainRole, chainCycle]
}
