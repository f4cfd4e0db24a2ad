// SPDX-License-Identifier: Apache-2.0
import API
import ArgumentParser
import CustomerRelations

struct OpenAPICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi",
        abstract: "Prints the OpenAPI document of the service."
    )

    func run() throws {
        let api = API(
            services: Services(zone: .shanghai),
            database: nil,
            system: SystemStatus(),
            clock: { SystemClock.instant },
            wakeJobs: {}
        )
        try Console.print(String(api.document.dropLast()))
    }
}
