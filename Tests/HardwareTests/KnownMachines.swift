import Hardware

private func nvidia(_ name: String, _ total: UInt64, _ free: UInt64?, _ capability: String?, _ driver: String)
    -> Accelerator
{
    Accelerator(
        maker: .nvidia,
        name: name,
        total: MiB(total),
        free: free.map(MiB),
        capability: capability,
        driver: driver
    )
}

extension Known {
    static let all = servers + desktops + laptops + boards + macs + contained + broken

    private static let servers = [
        Known(
            folder: "h100-pair",
            system: "Ubuntu 22.04.4 LTS",
            processor: "Intel(R) Xeon(R) Platinum 8480+",
            cores: 112,
            threads: 112,
            features: ["avx2", "avx512", "avx512_vnni", "amx_int8"],
            memory: Memory(total: kB(1_056_000_000), available: kB(1_030_000_000)),
            accelerators: [
                nvidia("NVIDIA H100 80GB HBM3", 81559, 81008, "9.0", "550.54.15"),
                nvidia("NVIDIA H100 80GB HBM3", 81559, 40210, "9.0", "550.54.15"),
            ]
        ),
        Known(
            folder: "a100-eight",
            system: "DGX OS 6.2 (Ubuntu 22.04)",
            processor: "AMD EPYC 7742 64-Core Processor",
            cores: 128,
            threads: 128,
            features: ["avx2"],
            memory: Memory(total: kB(2_113_000_000), available: kB(2_050_000_000)),
            accelerators: (0..<8).map { nvidia("NVIDIA A100-SXM4-80GB", 81920, 80500 - $0 * 100, "8.0", "535.161.08") }
        ),
        Known(
            folder: "a100-mig",
            system: "Ubuntu 22.04.4 LTS",
            processor: "AMD EPYC 7543 32-Core Processor",
            cores: 32,
            threads: 32,
            features: ["avx2"],
            memory: Memory(total: kB(263_000_000), available: kB(250_000_000)),
            accelerators: [nvidia("NVIDIA A100-SXM4-40GB MIG 3g.20gb", 20 << 10, nil, "8.0", "535.104.05")],
            notes: ["MIG is on, with 2 slices"]
        ),
        Known(
            folder: "mi300x",
            system: "Ubuntu 22.04.4 LTS",
            processor: "AMD EPYC 9554 64-Core Processor",
            cores: 64,
            threads: 64,
            features: ["avx512"],
            memory: Memory(total: kB(1_500_000_000), available: kB(1_450_000_000)),
            accelerators: [
                Accelerator(
                    maker: .amd,
                    name: "AMD Instinct MI300X",
                    total: MiB(196_592),
                    free: MiB(196_592 - 283),
                    capability: "gfx942"
                )
            ]
        ),
        Known(
            folder: "dual-epyc",
            system: "Debian GNU/Linux 12 (bookworm)",
            processor: "AMD EPYC 7763 64-Core Processor",
            cores: 128,
            threads: 256,
            features: ["avx2"],
            memory: Memory(total: kB(1_056_000_000), available: kB(1_000_000_000))
        ),
        Known(
            folder: "gb10-na-fields",
            system: "Ubuntu 24.04.2 LTS",
            processor: "10 × Cortex-X925 + 10 × Cortex-A725",
            cores: 20,
            threads: 20,
            fast: 10,
            features: ["neon", "sve", "sve2", "matmul_int8"],
            memory: Memory(total: kB(125_000_000), available: kB(118_000_000)),
            accelerators: [
                Accelerator(
                    maker: .nvidia,
                    name: "NVIDIA GB10",
                    total: kB(125_000_000),
                    free: kB(118_000_000),
                    isUnified: true,
                    capability: "12.1",
                    driver: "580.95.05"
                )
            ]
        ),
    ]

    private static let desktops = [
        Known(
            folder: "rx-7900-xtx",
            system: "Manjaro Linux",
            processor: "AMD Ryzen 9 7900X 12-Core Processor",
            cores: 12,
            threads: 24,
            features: ["avx512", "avx512_bf16"],
            memory: Memory(total: kB(65_000_000), available: kB(58_000_000)),
            accelerators: [
                Accelerator(
                    maker: .amd,
                    name: "Radeon RX 7900 XTX",
                    total: 25_753_026_560,
                    free: 25_753_026_560 - 1_288_490_188,
                    capability: "gfx1100"
                )
            ]
        ),
        Known(
            folder: "arc-a770",
            system: "Ubuntu 24.04.1 LTS",
            processor: "AMD Ryzen 5 5600X 6-Core Processor",
            cores: 6,
            threads: 12,
            features: ["avx2"],
            memory: Memory(total: kB(32_700_000), available: kB(28_000_000)),
            accelerators: [
                Accelerator(maker: .intel, name: "Intel Arc A770", total: 16_225_243_136, free: 15_900_000_000)
            ]
        ),
        Known(
            folder: "arc-b580-xe",
            system: "Fedora Linux 41 (Workstation Edition)",
            processor: "Intel(R) Core(TM) i5-10400 CPU @ 2.90GHz",
            cores: 6,
            threads: 12,
            features: ["avx2"],
            memory: Memory(total: kB(16_000_000), available: kB(12_000_000)),
            accelerators: [
                Accelerator(
                    maker: .intel,
                    name: "Intel integrated graphics",
                    total: kB(8_000_000),
                    free: kB(8_000_000),
                    isUnified: true
                ),
                Accelerator(maker: .intel, name: "Intel Arc B580", total: 0x2_F800_0000),
            ]
        ),
    ]

    private static let laptops = [
        Known(
            folder: "rtx-4090-laptop",
            system: "Ubuntu 24.04 LTS",
            processor: "13th Gen Intel(R) Core(TM) i9-13980HX",
            cores: 24,
            threads: 32,
            fast: 8,
            features: ["avx2", "avx_vnni"],
            memory: Memory(total: kB(32_600_000), available: kB(25_000_000)),
            accelerators: [
                nvidia("NVIDIA GeForce RTX 4090 Laptop GPU", 16376, 15902, "8.9", "550.67"),
                Accelerator(
                    maker: .intel,
                    name: "Intel integrated graphics",
                    total: kB(16_300_000),
                    free: kB(16_300_000),
                    isUnified: true
                ),
            ]
        ),
        Known(
            folder: "gtx-1060-old-laptop",
            system: "Ubuntu 18.04.6 LTS",
            processor: "Intel(R) Core(TM) i7-7700HQ CPU @ 2.80GHz",
            cores: 4,
            threads: 8,
            features: ["avx2", "fma", "f16c"],
            memory: Memory(total: kB(16_300_000), available: kB(11_000_000)),
            accelerators: [nvidia("GeForce GTX 1060", 6078, 5890, nil, "390.157")]
        ),
        Known(
            folder: "amd-apu",
            system: "Fedora Linux 40 (Workstation Edition)",
            processor: "AMD Ryzen 7 7840U w/ Radeon  780M Graphics",
            cores: 8,
            threads: 16,
            features: ["avx512"],
            memory: Memory(total: kB(28_500_000), available: kB(22_000_000)),
            accelerators: [
                Accelerator(
                    maker: .amd,
                    name: "AMD Radeon 780M (RADV GFX1103_R1)",
                    total: MiB(14_252),
                    free: MiB(14_000),
                    isUnified: true,
                    capability: "gfx1103"
                )
            ]
        ),
        Known(
            folder: "intel-igpu",
            system: "Linux Mint 21.3",
            processor: "11th Gen Intel(R) Core(TM) i5-1135G7 @ 2.40GHz",
            cores: 4,
            threads: 8,
            features: ["avx512", "avx512_vnni"],
            memory: Memory(total: kB(7_800_000), available: kB(5_000_000)),
            accelerators: [
                Accelerator(
                    maker: .intel,
                    name: "Intel(R) Iris(R) Xe Graphics",
                    total: kB(3_900_000),
                    free: kB(3_900_000),
                    isUnified: true
                )
            ]
        ),
        Known(
            folder: "hybrid-intel",
            system: "Arch Linux",
            processor: "12th Gen Intel(R) Core(TM) i5-1240P",
            cores: 12,
            threads: 16,
            fast: 4,
            features: ["avx2", "avx_vnni"],
            memory: Memory(total: kB(16_000_000), available: kB(12_000_000))
        ),
    ]

    private static let boards = [
        Known(
            folder: "jetson-orin",
            system: "Ubuntu 22.04.4 LTS",
            processor: "NVIDIA Jetson AGX Orin Developer Kit, 12 × Cortex-A78AE",
            cores: 12,
            threads: 12,
            features: ["neon", "dotprod"],
            memory: Memory(total: kB(64_300_000), available: kB(58_000_000)),
            accelerators: [
                Accelerator(
                    maker: .nvidia,
                    name: "NVIDIA Jetson AGX Orin Developer Kit",
                    total: kB(64_300_000),
                    free: kB(58_000_000),
                    isUnified: true,
                    capability: "8.7",
                    driver: "L4T 36.3.0"
                )
            ]
        ),
        Known(
            folder: "raspberry-pi-5",
            system: "Debian GNU/Linux 12 (bookworm)",
            processor: "Raspberry Pi 5 Model B Rev 1.0, 4 × Cortex-A76",
            cores: 4,
            threads: 4,
            features: ["neon", "dotprod", "fp16_va"],
            memory: Memory(total: kB(8_245_000), available: kB(7_300_000)),
            accelerators: [
                Accelerator(
                    maker: .other,
                    name: "V3D 7.1.7",
                    total: 4_221_440_000,
                    free: 3_900_000_000,
                    isUnified: true,
                    driver: "Mesa 23.2.1-1~bpo12+rpt3"
                )
            ]
        ),
        Known(
            folder: "raspberry-pi-4-32bit",
            system: "Raspbian GNU/Linux 11 (bullseye)",
            processor: "Raspberry Pi 4 Model B Rev 1.4, 4 × Cortex-A72",
            cores: 4,
            threads: 4,
            features: ["neon"],
            memory: Memory(total: kB(3_884_000), available: kB(3_300_000)),
            notes: ["install the 64-bit system"]
        ),
        Known(
            folder: "rk3588-mali",
            system: "Armbian 24.5 bookworm",
            processor: "Orange Pi 5, 4 × Cortex-A55 + 4 × Cortex-A76",
            cores: 8,
            threads: 8,
            fast: 4,
            features: ["neon", "dotprod"],
            memory: Memory(total: kB(16_200_000), available: kB(15_000_000)),
            accelerators: [
                Accelerator(maker: .other, name: "Mali-G610", total: 8_000_000_000, isUnified: true, driver: "v1.g6p0")
            ]
        ),
        Known(
            folder: "termux-snapdragon",
            system: "Android 14",
            surroundings: .termux,
            processor:
                "Qualcomm Technologies, Inc SM8550, 3 × Cortex-A510 + 2 × Cortex-A715 + 2 × Cortex-A710 + 1 × Cortex-X3",
            cores: 8,
            threads: 8,
            fast: 5,
            features: ["neon", "dotprod", "matmul_int8", "sve2"],
            memory: Memory(total: kB(7_500_000), available: kB(2_600_000)),
            accelerators: [
                Accelerator(
                    maker: .qualcomm,
                    name: "Adreno 740",
                    total: kB(3_750_000),
                    free: kB(2_600_000),
                    isUnified: true
                )
            ]
        ),
    ]

    private static func apple(_ name: String, _ total: UInt64, _ free: UInt64) -> Accelerator {
        Accelerator(maker: .apple, name: name, total: total, free: free, isUnified: true)
    }

    private static let macs = [
        Known(
            folder: "m1-8gb",
            system: "macOS 14.5",
            processor: "Apple M1",
            cores: 8,
            threads: 8,
            fast: 4,
            features: ["neon", "dotprod", "fp16_va"],
            memory: Memory(total: GiB(8), available: 120_000 * 16_384),
            accelerators: [apple("Apple M1", 5_726_623_060, 120_000 * 16_384)]
        ),
        Known(
            folder: "m2-pro",
            system: "macOS 13.6",
            processor: "Apple M2 Pro",
            cores: 12,
            threads: 12,
            fast: 8,
            features: ["neon", "matmul_int8"],
            memory: Memory(total: GiB(32), available: 900_000 * 16_384),
            accelerators: [apple("Apple M2 Pro", 22_906_492_244, 900_000 * 16_384)]
        ),
        Known(
            folder: "m4-max-128gb",
            system: "macOS 15.1",
            processor: "Apple M4 Max",
            cores: 16,
            threads: 16,
            fast: 12,
            features: ["neon", "matmul_int8", "sme"],
            memory: Memory(total: GiB(128), available: 6_700_000 * 16_384),
            accelerators: [apple("Apple M4 Max", GiB(120), 6_700_000 * 16_384)]
        ),
        Known(
            folder: "intel-mac",
            system: "macOS 12.7",
            processor: "Intel(R) Core(TM) i7-9750H CPU @ 2.60GHz",
            cores: 6,
            threads: 12,
            features: ["avx", "avx2", "fma", "f16c", "bmi2", "sse3", "ssse3"],
            memory: Memory(total: GiB(16), available: 1_550_000 * 4096),
            notes: ["Metal needs Apple Silicon"]
        ),
    ]

    private static let contained = [
        Known(
            folder: "wsl2-rtx",
            system: "Ubuntu 22.04.3 LTS",
            surroundings: .windowsSubsystem,
            processor: "AMD Ryzen 7 5800X 8-Core Processor",
            cores: 8,
            threads: 16,
            features: ["avx2"],
            memory: Memory(total: kB(16_000_000), available: kB(14_500_000)),
            accelerators: [nvidia("NVIDIA GeForce RTX 3080", 10_240, 8912, "8.6", "551.86")]
        ),
        Known(
            folder: "docker-limit-v2",
            system: "Debian GNU/Linux 12 (bookworm)",
            surroundings: .container("docker"),
            processor: "Intel(R) Xeon(R) E-2288G CPU @ 3.70GHz",
            cores: 2,
            threads: 2,
            features: ["avx2"],
            memory: Memory(total: GiB(4), available: GiB(4) - MiB(512), limit: GiB(4)),
            notes: ["--gpus all"]
        ),
        Known(
            folder: "systemd-slice-limit",
            system: "Ubuntu 24.04 LTS",
            processor: "Intel(R) Core(TM) i7-8700 CPU @ 3.20GHz",
            cores: 4,
            threads: 8,
            features: ["avx2"],
            memory: Memory(total: GiB(12), available: GiB(5), limit: GiB(12))
        ),
        Known(
            folder: "lxc-cgroup-v1",
            system: "Ubuntu 20.04.6 LTS",
            surroundings: .container("lxc"),
            processor: "Intel(R) Xeon(R) CPU E5-2620 v4 @ 2.10GHz",
            cores: 4,
            threads: 4,
            features: ["avx2"],
            memory: Memory(total: GiB(8), available: GiB(6), limit: GiB(8))
        ),
        Known(
            folder: "kvm-passthrough",
            system: "Debian GNU/Linux 12 (bookworm)",
            surroundings: .virtualMachine("kvm"),
            processor: "Intel Xeon Processor (Icelake)",
            cores: 8,
            threads: 8,
            features: ["avx512"],
            memory: Memory(total: kB(64_000_000), available: kB(60_000_000)),
            accelerators: [nvidia("Tesla T4", 15_360, 14_930, "7.5", "535.161.07")]
        ),
        Known(
            folder: "vgpu-na-fields",
            system: "Ubuntu 22.04.4 LTS",
            surroundings: .virtualMachine("vmware"),
            processor: "Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz",
            cores: 4,
            threads: 8,
            features: ["avx512"],
            memory: Memory(total: kB(32_000_000), available: kB(30_000_000)),
            accelerators: [
                nvidia("GRID A100D-20C", 0, nil, "8.0", "535.129.03"),
                nvidia("NVIDIA A40-8Q", 8192, nil, nil, "535.129.03"),
            ],
            notes: ["does not tell the memory of GRID A100D-20C"]
        ),
    ]

    private static let broken = [
        Known(
            folder: "tools-garbage",
            system: "Linux",
            processor: "unknown processor",
            cores: 1,
            threads: 1,
            features: [],
            memory: Memory(total: 0, available: 0),
            notes: [
                "one is assumed", "how much memory", "what nvidia-smi printed could not be read",
                "what AMD's tools printed could not be read", "nothing tells the memory of an AMD GPU",
            ]
        ),
        Known(
            folder: "tools-hang",
            system: "Ubuntu 24.04 LTS",
            processor: "AMD Ryzen 9 5950X 16-Core Processor",
            cores: 16,
            threads: 32,
            features: ["avx2"],
            memory: Memory(total: kB(131_000_000), available: kB(120_000_000)),
            accelerators: [
                Accelerator(maker: .amd, name: "AMD GPU", total: 17_163_091_968, free: 17_063_091_968)
            ],
            notes: [
                "nvidia-smi did not answer within 2 seconds", "amd-smi did not answer",
                "rocm-smi wrote more than 4 MiB", "sycl-ls did not answer", "vulkaninfo wrote more than",
            ]
        ),
        Known(
            folder: "empty",
            system: "Linux",
            processor: "unknown processor",
            cores: 1,
            threads: 1,
            features: [],
            memory: Memory(total: 0, available: 0),
            notes: ["one is assumed", "how much memory"]
        ),
        Known(
            folder: "driver-mismatch",
            system: "Ubuntu 22.04.4 LTS",
            processor: "AMD Ryzen 5 3600 6-Core Processor",
            cores: 6,
            threads: 12,
            features: ["avx2"],
            memory: Memory(total: kB(16_300_000), available: kB(12_000_000)),
            notes: ["restart the machine"]
        ),
        Known(
            folder: "driver-missing",
            system: "Ubuntu 22.04.4 LTS",
            processor: "AMD Ryzen 5 3600 6-Core Processor",
            cores: 6,
            threads: 12,
            features: ["avx2"],
            memory: Memory(total: kB(16_300_000), available: kB(12_000_000)),
            notes: ["install the driver for this kernel"]
        ),
        Known(
            folder: "no-devices-found",
            system: "Ubuntu 22.04.4 LTS",
            surroundings: .virtualMachine("google compute engine"),
            processor: "Intel(R) Xeon(R) CPU @ 2.20GHz",
            cores: 2,
            threads: 4,
            features: ["avx2"],
            memory: Memory(total: kB(8_100_000), available: kB(7_000_000))
        ),
    ]
}
