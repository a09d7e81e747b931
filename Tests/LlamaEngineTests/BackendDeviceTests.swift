import LlamaEngine
import Logging
import Testing

@Suite("Devices of llama.cpp")
struct BackendDeviceTests {
    @Test func theProcessorIsAlwaysAmongThem() async throws {
        let devices = try #require(
            await BackendDevice.list(
                within: .seconds(60),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        let processor = try #require(devices.first { $0.kind == .cpu })
        #expect(processor.name == "CPU" && !processor.description.isEmpty)
        #expect(processor.totalBytes > 0 && processor.freeBytes <= processor.totalBytes)
    }
}
