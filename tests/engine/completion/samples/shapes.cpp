#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace shapes {

class Shape {
 public:
  virtual ~Shape() = default;
  virtual double area() const = 0;
  virtual std::string name() const { return "shape"; }
};

class Circle final : public Shape {
 public:
  explicit Circle(double radius) : radius_(radius) {}

  double area() const override { return M_PI * radius_ * radius_; }
  std::string name() const override { return "Kreis ⌀" + std::to_string(2 * radius_); }

 private:
  double radius_;
};

class Rectangle final : public Shape {
 public:
  Rectangle(double width, double height) : width_(width), height_(height) {
    if (width_ < 0 || height_ < 0) {
      throw std::invalid_argument("sides must not be negative");
    }
  }

  double area() const override { return width_ * height_; }

 private:
  double width_, height_;
};

template <typename T, typename Less = std::less<T>>
T largest(const std::vector<T>& xs, Less less = {}) {
  auto found = std::max_element(xs.begin(), xs.end(), less);
  return found == xs.end() ? T{} : *found;
}

// Sorts in place, smallest area first.
void sort_by_area(std::vector<std::unique_ptr<Shape>>& shapes) {
  std::sort(shapes.begin(), shapes.end(), [](const auto& a, const auto& b) {
    return a->area() < b->area();
  });
}

}  // namespace shapes

int main() {
  std::vector<std::unique_ptr<shapes::Shape>> all;
  all.push_back(std::make_unique<shapes::Circle>(1.5));
  all.push_back(std::make_unique<shapes::Rectangle>(2, 3));
  shapes::sort_by_area(all);
  double total = 0;
  for (const auto& shape : all) {
    std::cout << shape->name() << ": " << shape->area() << '\n';
    total += shape->area();
  }
  try {
    shapes::Rectangle wrong(-1, 2);
  } catch (const std::invalid_argument& error) {
    std::cerr << error.what() << std::endl;
    return 1;
  }
  return total > 0 ? 0 : 2;
}
