// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "demo")
    func run() throws {}
}
